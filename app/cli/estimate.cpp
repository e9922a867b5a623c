// corral estimate: how much memory a model takes, by its file or by rules of thumb.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/estimate_report.h"
#include "app/cli/model_options.h"
#include "core/base/memory_status.h"
#include "core/memory/rules.h"

namespace corral::cli {

namespace {

struct EstimateCommand {
    ModelOptions model;
    std::string parameters, type; // without a file
    memory::Situation situation;
    bool train = false;
    memory::TrainingOptions training;
    int users = 0; // 0: no deployment asked for
    bool json = false, tensors = false;
};

template <class T> OptionTable::Setter choice(std::optional<T> (*parse)(std::string_view), T& target, std::string names)
{
    return [parse, &target, names = std::move(names)](const std::string& text) -> std::optional<std::string> {
        const auto value = parse(text);
        if (!value) return std::format("\"{}\" is none of {}", text, names);
        target = *value;
        return std::nullopt;
    };
}

OptionTable::Setter positive(std::uint64_t& target, std::uint64_t most)
{
    return [&target, most](const std::string& text) -> std::optional<std::string> {
        const auto number = parseNumber<std::uint64_t>(text);
        if (!number || *number < 1 || *number > most) return std::format("\"{}\" is no whole number from 1 to {}", text, most);
        target = *number;
        return std::nullopt;
    };
}

OptionTable optionsOf(EstimateCommand& o)
{
    constexpr std::uint64_t kMostTokens = std::uint64_t(1) << 31;
    OptionTable table("corral estimate FILE|hf:USER/REPO[:QUANT|/FILE] [OPTIONS], or corral estimate --params N [--type TYPE]",
                      "How much memory a model takes. Of a FILE exactly: weights, cache, compute and output buffers as this engine allocates them (of any\n"
                      "file of a split model: the whole). Of a file on a hub (hf:, ms:, https://) only the header is read.  Without one by rules of thumb: inference = parameters × bytes, training 4 ×, deployment 1.3 ×.\n"
                      "GB are 10^9 bytes, GiB 2^30. --json gives bytes; its \"compute\" holds the program's own memory too, so that the parts add up.");
    table.flag({"--json"}, "one JSON object, all numbers in bytes", o.json);
    table.flag({"--tensors"}, "each tensor by itself", o.tensors);
    table.value({"--params"}, "N", "the rules for so many parameters: 7B, 1.5B, 350M", o.parameters);
    table.value({"--type"}, "TYPE", "type of the weights for --params: f32, bf16, fp8, int4, q8_0, q4_K, Q4_K_M … (default: bf16)", o.type);
    addSessionOptions(table, o.model);
    table.section("devices");
    table.add({"-ngl", "--gpu-layers", "--n-gpu-layers"}, "N", "layers on the GPUs, the output layer included (default: as many as fit)",
              [&o](const std::string& text) -> std::optional<std::string> {
                  const auto number = text == "all" ? std::optional(1 << 20) : text == "auto" ? std::optional(-1) : parseNumber<int>(text);
                  if (!number) return std::format("\"{}\" is no whole number, \"all\" or \"auto\"", text);
                  o.situation.gpuLayers = std::max(*number, -1);
                  return std::nullopt;
              });
    table.add({"--gpu"}, "SIZE", "plan for a GPU with so much free memory: 24G, 8GiB, 800M; repeatable", [&o](const std::string& text) -> std::optional<std::string> {
        const auto bytes = parseByteCount(text);
        if (!bytes) return std::format("\"{}\" is no size such as 24G or 8GiB", text);
        o.situation.gpus.push_back({.name = std::format("GPU {}", o.situation.gpus.size()), .capacity = *bytes, .free = *bytes});
        return std::nullopt;
    });
    table.section("deployment");
    table.add({"--users"}, "N", "also serving so many users at once, each with the whole context", [&o](const std::string& text) -> std::optional<std::string> {
        const auto number = parseNumber<int>(text);
        if (!number || *number < 1) return std::format("\"{}\" is no number of users", text);
        o.users = *number;
        return std::nullopt;
    });
    table.section("training");
    auto& t = o.training;
    table.add({"--train"}, "METHOD", "also training: full, lora or qlora", [&o](const std::string& text) -> std::optional<std::string> {
        const auto method = memory::parseTrainingMethod(text);
        if (!method) return std::format("\"{}\" is none of full, lora, qlora", text);
        o.training.method = *method;
        o.train = true;
        return std::nullopt;
    });
    table.add({"--optimizer"}, "NAME", "adamw-mixed, adamw-bf16, adamw-f32, adam-8bit, sgd or adafactor (default: adamw-mixed)",
              choice(memory::parseRecipe, t.recipe, "adamw-mixed, adamw-bf16, adamw-f32, adam-8bit, sgd, adafactor"));
    table.add({"--recompute"}, "HOW", "activations computed again in the backward pass: none, selective or full (default: none)",
              choice(memory::parseRecompute, t.recompute, "none, selective, full"));
    table.flag({"--flash-attention"}, "attention that never stores its scores", t.flashAttention);
    table.add({"--sequence"}, "N", "tokens of a training sequence (default: 2048)", positive(t.sequence, kMostTokens));
    table.add({"--train-batch"}, "N", "sequences at once (default: 1)", positive(t.batch, kMostTokens));
    table.add({"--lora-rank"}, "N", "rank of the adapters (default: 16)", positive(t.rank, 1 << 16));
    table.add({"--lora-targets"}, "WHICH", "matrices with adapters: qv, attention or all (default: all)",
              choice(memory::parseLoraTargets, t.targets, "qv, attention, all"));
    return table;
}

bool isRemote(std::string_view source)
{
    return source.starts_with("hf:") || source.starts_with("ms:") || source.starts_with("https://") || source.starts_with("http://");
}

// A file of this machine, or the header of one on a hub.
Result<std::shared_ptr<const gguf::File>> openSource(const Hooks& hooks, const std::string& source)
{
    std::error_code error;
    if (!isRemote(source) || std::filesystem::exists(source, error)) return gguf::File::open(source);
    if (!hooks.readRemoteHeader) return fail(ErrorCode::Unsupported, "this corral was built without network");
    return hooks.readRemoteHeader(source);
}

Result<Estimate> estimateFile(const Hooks& hooks, const std::string& source, EstimateCommand& o)
{
    auto file = openSource(hooks, source);
    if (!file) return std::unexpected(file.error());
    Estimate result;
    memory::ModelMemory model(std::move(*file));
    const memory::ModelShape& shape = model.shape();
    result.title = std::format("{}: {} parameters, {}", source, memory::parameterCountText(shape.parameters),
                               shape.architecture.empty() ? "architecture unknown" : shape.architecture);
    result.rules = memory::rulesOfThumb(shape.weightBytes);
    const auto session = o.model.effective();
    o.situation.context = session.contextLength;
    o.situation.batch = session.batch;
    o.situation.threads = session.threads;
    o.situation.key = session.cacheK;
    o.situation.value = session.cacheV;
    auto account = model.account(o.situation);
    if (!account) return within(source, account.error());
    if (o.users > 0) result.deployment = memory::deploymentMemory(*account, o.users);
    if (o.train) result.training = {o.training, memory::trainingMemory(shape, o.training)};
    if (o.tensors)
        for (const memory::TensorSize& tensor : shape.tensors) result.tensors.push_back({tensor, model.deviceOf(tensor, *account)});
    result.whyEstimated = model.whyEstimated();
    result.placeableLayers = model.placeableLayers();
    result.exact = std::move(*account);
    return result;
}

Result<Estimate> estimateParameters(const EstimateCommand& o)
{
    const auto count = memory::parseParameterCount(o.parameters);
    if (!count) return std::unexpected(count.error());
    const auto type = memory::bytesPerParameter(o.type.empty() ? "bf16" : o.type);
    if (!type) return std::unexpected(type.error());
    Estimate result;
    result.title = std::format("{} parameters in {}", memory::parameterCountText(*count), type->why);
    result.rules = memory::rulesOfThumb(*count, type->bytes);
    if (o.train) result.training = {o.training, memory::trainingMemory(memory::shapeOfParameters(*count), o.training)};
    return result;
}

} // namespace

int runEstimate(const Hooks& hooks, Arguments arguments)
{
    EstimateCommand o;
    const MemoryStatus machine = memoryStatus(); // before anything is opened: what the program itself takes
    o.situation.programBytes = machine.resident;
    o.situation.host = {.name = "CPU", .capacity = machine.total, .free = machine.available};
    const OptionTable table = optionsOf(o);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    std::vector<std::string> sources = *rest;
    if (!o.model.model.empty()) sources.push_back(o.model.model.string());
    const bool byRules = !o.parameters.empty();
    if (sources.size() + byRules != 1) return table.misuse("of what? One FILE or --params N is needed");
    if (!byRules && !o.type.empty()) return table.misuse("--type goes with --params: a file has its types");
    if (byRules && o.users > 0) return table.misuse("--users needs a FILE: a number of parameters tells nothing of the cache");
    const auto estimate = byRules ? estimateParameters(o) : estimateFile(hooks, sources.front(), o);
    if (!estimate) return byRules ? table.misuse(estimate.error().message) : failed("estimate", estimate.error());
    if (!estimate->exact && o.situation.gpuLayers > 0 && !o.json) complain("corral estimate: -ngl needs a FILE");
    print(o.json ? dump(toJson(*estimate)) + "\n" : toText(*estimate));
    return kFine;
}

} // namespace corral::cli
