#include "core/quantize/target_size.h"

#include "core/gguf/limits.h"
#include "core/quant/format.h"
#include "core/quantize/mix.h"
#include "core/quantize/type_choice.h"
#include "core/quantize/type_ids.h"

#include <algorithm>
#include <map>
#include <set>

namespace corral::quantize {

namespace {

constexpr std::uint64_t kSampleRows = 256; // of a tensor, evenly spread: half a million values where rows are long
constexpr std::uint64_t kShardHeader = 1024; // more than the few keys of another file of a split model take
constexpr std::uint32_t kLadder[] = {Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_0};
constexpr std::uint32_t kLadderWithImportances[] = {IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS};

// A tensor whose type is to be chosen.
struct Choice {
    std::size_t tensor = 0; // index into Source::tensors()
    std::string name;
    double weight = 1;
    std::vector<std::uint32_t> types;
};

double roleWeight(const PlannedTensor& tensor, bool tied, int layers)
{
    const Category category = categoryOf(tensor.name);
    double weight = 1;
    if (category == Category::Output || (tied && category == Category::TokenEmbedding)) weight = std::max(1, 2 * layers);
    else if (isValueLike(category) || category == Category::Down) weight = 2;
    const auto block = blockNumber(tensor.name);
    if (block && (*block < layers / 8 || *block >= layers - layers / 8)) weight *= 1.5;
    return weight;
}

// What a tensor may become: of the ladder what is smaller than the tensor is, and the type it has.
std::vector<std::uint32_t> typesFor(const SourceTensor& tensor, const Imatrix* imatrix)
{
    std::set<std::uint32_t> types;
    const auto add = [&](std::uint32_t wanted) {
        bool fellBack = false;
        const auto fitting = fittingType(wanted, tensor.shape[0], &fellBack);
        if (!fitting) return;
        const quant::Format& format = *quant::findFormat(*fitting);
        if (!format.encodeRows || format.rowBytes(static_cast<std::int64_t>(tensor.shape[0])) * tensor.rows() >= tensor.bytes) return;
        types.insert(*fitting);
    };
    for (const std::uint32_t type : kLadder) add(type);
    if (imatrix && !imatrix->find(tensor.name).empty())
        for (const std::uint32_t type : kLadderWithImportances) add(type);
    if (tensor.type == quant::kF32) add(quant::kF16);
    types.insert(tensor.type);
    return {types.begin(), types.end()};
}

using ExactTypes = decltype(PlanOptions::exactTypes);

// The tensors to choose for; those that the options or their shapes leave no choice in are put into `settled`.
Result<std::vector<Choice>> openChoices(const Source& source, const PlanOptions& options, ExactTypes& settled)
{
    // Without a choice is what is the same in two targets of one type.
    PlanOptions pure = options;
    pure.pure = true;
    pure.exactTypes.clear();
    const auto a = makePlan(source, *targetOfFileType(7), pure), b = makePlan(source, *targetOfFileType(2), pure); // Q8_0, Q4_0
    if (!a) return std::unexpected(a.error());
    if (!b) return std::unexpected(b.error());
    const MixModel model = MixModel::of(source);
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < a->tensors.size(); ++i) {
        const PlannedTensor& planned = a->tensors[i];
        if (!planned.eligible) continue;
        if (planned.type == b->tensors[i].type) {
            settled[planned.originalName] = planned.type;
            continue;
        }
        choices.push_back({planned.source, planned.originalName, roleWeight(planned, model.tied, model.layers),
                           typesFor(source.tensors()[planned.source], options.imatrix)});
    }
    return choices;
}

Result<std::vector<std::vector<Possibility>>> measureChoices(const Source& source, const std::vector<Choice>& choices, const Imatrix* imatrix, int threads,
                                                             Job& job, const ProgressFn& progress)
{
    StatsOptions options{.threads = threads, .values = false, .types = {}, .sampleRows = kSampleRows, .imatrix = imatrix, .only = {}};
    std::set<std::uint32_t> types;
    for (const Choice& choice : choices) {
        options.only.push_back(choice.tensor);
        types.insert(choice.types.begin(), choice.types.end());
    }
    options.types.assign(types.begin(), types.end());
    std::vector<TensorStats> stats;
    if (!choices.empty()) {
        auto measured = measureTensors(source, options, job, progress);
        if (!measured) return std::unexpected(measured.error());
        stats = std::move(*measured);
    }

    std::vector<std::vector<Possibility>> things;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const SourceTensor& tensor = source.tensors()[choices[i].tensor];
        std::vector<Possibility> list{{tensor.type, tensor.bytes, 0.0}};
        for (const auto& [type, error] : stats[i].losses) {
            if (type == tensor.type || !std::ranges::contains(choices[i].types, type)) continue;
            const double ratio = error.weightedRatio.value_or(error.relative() * error.relative());
            // As a float, so that the order in which threads added up does not matter.
            const auto loss = static_cast<double>(static_cast<float>(choices[i].weight * ratio));
            list.push_back({type, quant::findFormat(type)->rowBytes(static_cast<std::int64_t>(tensor.shape[0])) * tensor.rows(), loss});
        }
        things.push_back(std::move(list));
    }
    return things;
}

// The target whose name and file type describe most of the chosen bytes.
const Target& targetFor(const std::map<std::uint32_t, std::uint64_t>& bytesOfType)
{
    const auto most = std::ranges::max_element(bytesOfType, {}, [](const auto& entry) { return entry.second; });
    const std::uint32_t type = most == bytesOfType.end() ? std::uint32_t(Q4_K) : most->first;
    for (const std::uint32_t fileType : {12u, 15u, 17u}) // Q3_K_M, Q4_K_M, Q5_K_M rather than their neighbours
        if (targetOfFileType(fileType)->baseType == type) return *targetOfFileType(fileType);
    for (const Target& target : allTargets())
        if (target.baseType == type && !target.copy) return target;
    return *targetOfFileType(15);
}

std::uint64_t paddedBytes(std::uint64_t bytes) { return *gguf::padded(bytes, gguf::kDefaultAlignment); }

// What counts against the goal in a plan: of a file its header too, and every tensor padded.
Result<std::uint64_t> countedBytes(const Source& source, const Plan& plan, bool asFile)
{
    if (!asFile) return plan.bytes;
    std::vector<gguf::TensorInfo> tensors;
    std::uint64_t bytes = kShardHeader * static_cast<std::uint64_t>(std::max(0, plan.shards - 1));
    for (const PlannedTensor& planned : plan.tensors) {
        tensors.push_back(describe(planned, source));
        bytes += paddedBytes(planned.bytes);
    }
    const auto header = gguf::headerBytes(plan.keys, std::move(tensors));
    if (!header) return std::unexpected(header.error());
    return bytes + header->size();
}

} // namespace

Result<Plan> planForSize(const Source& source, const SizeGoal& goal, PlanOptions options, int threads, Job& job, const ProgressFn& progress)
{
    if (options.pure) return fail(ErrorCode::InvalidArgument, "one type for all tensors and aiming for a size exclude each other");
    if (!(goal.bitsPerWeight >= 0) || (goal.bytes == 0) == (goal.bitsPerWeight == 0))
        return fail(ErrorCode::InvalidArgument, "aim for a number of bytes or of bits a weight");
    // A tied model's token embeddings are its output.
    if (options.outputTensorType && !options.tokenEmbeddingType && MixModel::of(source).tied) options.tokenEmbeddingType = options.outputTensorType;
    ExactTypes settled;
    const auto choices = openChoices(source, options, settled);
    if (!choices) return std::unexpected(choices.error());
    auto things = measureChoices(source, *choices, options.imatrix, threads, job, progress);
    if (!things) return std::unexpected(things.error());

    // Sizes are counted as the goal counts them: a file's tensors are padded, bits a weight are not.
    std::uint64_t smallest = 0, largest = 0;
    for (auto& list : *things) {
        if (goal.bytes > 0)
            for (Possibility& p : list) p.bytes = paddedBytes(p.bytes);
        smallest += std::ranges::min(list, {}, &Possibility::bytes).bytes;
        largest += std::ranges::max(list, {}, &Possibility::bytes).bytes;
    }
    const auto planWith = [&](const std::vector<std::size_t>& chosen) {
        std::map<std::uint32_t, std::uint64_t> bytesOfType;
        options.exactTypes = settled;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const Possibility& p = (*things)[i][chosen[i]];
            options.exactTypes[(*choices)[i].name] = p.type;
            bytesOfType[p.type] += p.bytes;
        }
        return makePlan(source, targetFor(bytesOfType), options);
    };
    std::vector<std::size_t> first(things->size(), 0);
    const auto whole = planWith(first);
    if (!whole) return std::unexpected(whole.error());
    auto fixed = countedBytes(source, *whole, goal.bytes > 0);
    if (!fixed) return std::unexpected(fixed.error());
    for (std::size_t i = 0; i < first.size(); ++i) *fixed -= (*things)[i][0].bytes;

    const std::uint64_t wanted = goal.bytes > 0 ? goal.bytes : static_cast<std::uint64_t>(goal.bitsPerWeight * static_cast<double>(whole->elements) / 8);
    if (wanted < *fixed + smallest || wanted > *fixed + largest) {
        const auto inUnits = [&](std::uint64_t bytes) {
            return goal.bytes > 0 ? std::format("{} bytes", bytes)
                                  : std::format("{:.2f} bits a weight", 8 * static_cast<double>(bytes) / static_cast<double>(whole->elements));
        };
        return fail(ErrorCode::InvalidArgument, "the size cannot be reached: this model can have {} to {}", inUnits(*fixed + smallest), inUnits(*fixed + largest));
    }
    return planWith(chooseTypes(*things, wanted - *fixed));
}

} // namespace corral::quantize
