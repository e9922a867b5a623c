#include "core/quantize/plan.h"

#include "core/quant/format.h"
#include "core/quantize/mix.h"
#include "core/quantize/name_pattern.h"
#include "core/quantize/type_ids.h"

#include <algorithm>
#include <cassert>
#include <format>
#include <set>
#include <tuple>

namespace corral::quantize {

namespace {

constexpr std::uint32_t kQuantizationVersion = 2;
constexpr std::size_t kLongestText = 127; // of a string the quantizer writes into the keys

const quant::Format& formatOf(std::uint32_t type)
{
    const auto* format = quant::findFormat(type);
    assert(format); // readers refuse unknown types, parsers take none
    return *format;
}

bool isQuantized(std::uint32_t type) { return formatOf(type).quantized; }

// A key as the reference's writer sets it: away from its old place, to the end.
void append(gguf::Keys& keys, std::string_view name, gguf::Value value)
{
    gguf::removeKey(keys, name);
    keys.emplace_back(name, std::move(value));
}

class Planner {
public:
    Planner(const Source& source, const Target& target, const PlanOptions& options)
        : m_source(source), m_target(target), m_options(options), m_model(MixModel::of(source)), m_mix(m_model, target)
    {
        m_model.hasImatrix = options.imatrix != nullptr;
        m_model.outputType = options.outputTensorType;
    }

    Result<Plan> run()
    {
        for (const auto& [expression, type] : m_options.tensorTypes) {
            auto pattern = NamePattern::compile(expression);
            if (!pattern) return std::unexpected(pattern.error());
            m_patterns.emplace_back(std::move(*pattern), type);
        }
        if (auto ok = listTensors(); !ok) return std::unexpected(ok.error());
        for (PlannedTensor& tensor : m_plan.tensors)
            if (auto ok = decide(tensor); !ok) return within("tensor " + tensor.name, ok.error());
        if (m_options.keepSplit) {
            std::ranges::sort(m_plan.tensors, {}, &PlannedTensor::source);
            for (PlannedTensor& tensor : m_plan.tensors) {
                tensor.shard = m_source.tensors()[tensor.source].shard;
                m_plan.shards = std::max(m_plan.shards, tensor.shard + 1);
            }
        }
        writeKeys();
        return std::move(m_plan);
    }

private:
    // The tensors that stay, under their new names, in the order of blocks and names.
    Result<void> listTensors()
    {
        const std::set<int> pruned(m_options.pruneLayers.begin(), m_options.pruneLayers.end());
        for (const int layer : pruned)
            if (layer < 0 || layer >= m_model.layers)
                return fail(ErrorCode::InvalidArgument, "layer {} cannot be pruned: the model has layers 0 to {}", layer, m_model.layers - 1);
        m_pruned.assign(pruned.begin(), pruned.end());
        for (std::size_t i = 0; i < m_source.tensors().size(); ++i) {
            const std::string& name = m_source.tensors()[i].name;
            const auto block = blockNumber(name);
            if (block && pruned.contains(*block)) {
                if (isValueLike(categoryOf(name))) --m_model.valueTensors;
                continue;
            }
            PlannedTensor tensor{.source = i, .name = name, .originalName = name};
            if (const auto before = block ? std::ranges::lower_bound(m_pruned, *block) - m_pruned.begin() : 0; before > 0)
                tensor.name = std::format("blk.{}{}", *block - before, name.substr(name.find('.', 4)));
            m_plan.tensors.push_back(std::move(tensor));
        }
        std::ranges::sort(m_plan.tensors, {}, [](const PlannedTensor& t) { return std::tuple(blockNumber(t.name).value_or(-1), std::string_view(t.name)); });
        return {};
    }

    Result<void> decide(PlannedTensor& planned)
    {
        const SourceTensor& tensor = m_source.tensors()[planned.source];
        planned.type = tensor.type;
        planned.eligible = !m_target.copy && isQuantizable(tensor) && formatOf(tensor.type).decode && !(m_options.leaveOutputTensor && planned.name == "output.weight");
        if (planned.eligible) {
            auto type = typeFor(planned, tensor);
            if (!type) return std::unexpected(type.error());
            planned.type = *type;
        }
        const auto& format = formatOf(planned.type);
        const bool converted = planned.type != tensor.type;
        if (converted && isQuantized(tensor.type) && !m_options.allowRequantize)
            return fail(ErrorCode::Unsupported, "it is already quantized, to {}, and quantizing again was not allowed (--allow-requantize)",
                        formatOf(tensor.type).name);
        if (converted && tensor.shape[0] % static_cast<std::uint64_t>(format.blockSize) != 0)
            return fail(ErrorCode::InvalidArgument, "its rows of {} values do not fit the blocks of {} values of {}", tensor.shape[0], format.blockSize, format.name);
        planned.bytes = converted ? format.rowBytes(static_cast<std::int64_t>(tensor.shape[0])) * tensor.rows() : tensor.bytes;
        planned.needsImportance = converted && needsImportance(planned);
        if (planned.needsImportance && !m_plan.missingImportance && (!m_options.imatrix || m_options.imatrix->find(planned.originalName).empty()))
            m_plan.missingImportance = planned.name;
        m_plan.bytes += planned.bytes;
        m_plan.sourceBytes += tensor.bytes;
        m_plan.elements += tensor.elements();
        m_plan.fallbacks += planned.fallback;
        return {};
    }

    Result<std::uint32_t> typeFor(PlannedTensor& planned, const SourceTensor& tensor)
    {
        if (const auto exact = m_options.exactTypes.find(planned.originalName); exact != m_options.exactTypes.end()) return exact->second;
        const auto byName = typeByName(planned.name);
        if (!byName) return std::unexpected(byName.error());
        const Category category = categoryOf(planned.name);
        const bool ownTable = planned.name == "per_layer_token_embd.weight" && *byName;
        if (category == Category::TokenEmbedding && m_options.tokenEmbeddingType && !ownTable) return *m_options.tokenEmbeddingType;
        if (category == Category::Output && m_options.outputTensorType) return *m_options.outputTensorType;
        if (!isQuantized(m_target.baseType)) return m_target.baseType;

        const std::uint32_t wanted = *byName ? **byName : m_options.pure ? m_target.baseType : m_mix.typeFor(tensor, planned.name);
        const auto fitting = fittingType(wanted, tensor.shape[0], &planned.fallback);
        if (!fitting)
            return fail(ErrorCode::Unsupported, "no tensor type fallback is defined for type {}, whose blocks of {} values do not fit rows of {}",
                        formatOf(wanted).name, formatOf(wanted).blockSize, tensor.shape[0]);
        return *fitting;
    }

    Result<std::optional<std::uint32_t>> typeByName(const std::string& name) const
    {
        for (const auto& [pattern, type] : m_patterns) {
            const auto matches = pattern.matches(name);
            if (!matches) return std::unexpected(matches.error());
            if (*matches) return type;
        }
        return std::nullopt;
    }

    // Types so small that they are noise without a matrix.
    bool needsImportance(const PlannedTensor& tensor) const
    {
        const Category category = categoryOf(tensor.name);
        if (category == Category::TokenEmbedding || category == Category::Output) return false;
        switch (tensor.type) {
        case IQ3_XXS:
        case IQ2_XXS:
        case IQ2_XS:
        case IQ2_S:
        case IQ1_M:
        case IQ1_S: return true;
        case Q2_K: return m_target.name == "Q2_K_S";
        default: return false;
        }
    }

    void writeKeys()
    {
        gguf::Keys& keys = m_plan.keys;
        keys = m_source.keys();
        const auto fileType = std::ranges::find(keys, "general.file_type", &gguf::Keys::value_type::first);
        const auto copied = m_target.copy && fileType != keys.end() ? std::optional(fileType->second) : std::nullopt;
        for (const char* key : {"split.no", "split.count", "split.tensors.count", "general.alignment", "general.file_type"}) gguf::removeKey(keys, key);
        append(keys, "general.quantization_version", gguf::u32(kQuantizationVersion));
        if (!m_target.copy) append(keys, "general.file_type", gguf::u32(m_target.fileType));
        else if (copied) append(keys, "general.file_type", *copied);
        if (!m_pruned.empty()) pruneKeys();
        for (const auto& [key, value] : m_options.overrides) append(keys, key, value);
        if (const Imatrix* imatrix = m_options.imatrix; imatrix && !imatrix->file.empty()) {
            append(keys, "quantize.imatrix.file", gguf::string(imatrix->file.string().substr(0, kLongestText)));
            if (!imatrix->datasets.empty()) append(keys, "quantize.imatrix.dataset", gguf::string(imatrix->datasets.front().substr(0, kLongestText)));
            append(keys, "quantize.imatrix.entries_count", gguf::u32(static_cast<std::uint32_t>(imatrix->size())));
            if (imatrix->chunkCount > 0) append(keys, "quantize.imatrix.chunks_count", gguf::u32(imatrix->chunkCount));
        }
    }

    // The number of layers, and every list of the architecture that has a value for each layer.
    void pruneKeys()
    {
        const auto layers = static_cast<std::size_t>(m_model.layers);
        for (auto& [key, value] : m_plan.keys) {
            if (!key.starts_with(m_model.architecture + ".") || value.type != gguf::ValueType::Array || value.arraySize() != layers) continue;
            std::visit(
                [&](auto& list) {
                    if constexpr (requires { list.erase(list.begin()); })
                        for (auto layer = m_pruned.rbegin(); layer != m_pruned.rend(); ++layer) list.erase(list.begin() + *layer);
                },
                value.data);
        }
        append(m_plan.keys, m_model.architecture + ".block_count", gguf::u32(static_cast<std::uint32_t>(layers - m_pruned.size())));
    }

    const Source& m_source;
    const Target& m_target;
    const PlanOptions& m_options;
    MixModel m_model;
    Mix m_mix;
    std::vector<std::pair<NamePattern, std::uint32_t>> m_patterns;
    std::vector<int> m_pruned; // ascending
    Plan m_plan;
};

} // namespace

Result<Plan> makePlan(const Source& source, const Target& target, const PlanOptions& options) { return Planner(source, target, options).run(); }

gguf::TensorInfo describe(const PlannedTensor& planned, const Source& source)
{
    const SourceTensor& from = source.tensors()[planned.source];
    gguf::TensorInfo info;
    info.name = planned.name;
    info.shape = from.shape;
    info.dims = from.dims;
    info.type = planned.type;
    return info;
}

} // namespace corral::quantize
