// corral quantize: llama-quantize's arguments in llama-quantize's order, and aiming for a size.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/cli/prompt_text.h"
#include "app/cli/quantize_report.h"
#include "app/cli/watched_job.h"
#include "core/gguf/split.h"
#include "core/quantize/plan_words.h"
#include "core/quantize/target_size.h"
#include "core/quantize/write.h"

#include <chrono>

namespace corral::cli {

namespace {

using Clock = std::chrono::steady_clock;

struct QuantizeCommand {
    quantize::PlanOptions plan;
    quantize::WriteOptions write;
    std::filesystem::path input, output, imatrixFile;
    std::vector<std::string> include, exclude;
    const quantize::Target* target = nullptr; // nullptr only with a goal
    quantize::SizeGoal goal;
    std::string goalText; // as it was written
    bool dryRun = false, json = false;
    bool hasGoal() const { return goal.bytes > 0 || goal.bitsPerWeight > 0; }
    std::string as() const { return target ? std::string(target->name) : goalText; }
};

// An option whose value is read by `parse` and taken by `take`.
template <class Parse, class Take> OptionTable::Setter reading(Parse&& parse, Take&& take)
{
    return [parse, take](const std::string& text) -> std::optional<std::string> {
        auto value = parse(text);
        if (!value) return value.error().message;
        take(std::move(*value));
        return std::nullopt;
    };
}

Result<std::vector<std::pair<std::string, std::uint32_t>>> readTensorRules(const std::string& path)
{
    const auto text = readPromptFile(path);
    if (!text) return std::unexpected(text.error());
    auto rules = quantize::parseTensorRules(*text);
    if (!rules) return within(path, rules.error());
    return rules;
}

Result<std::uint64_t> parseBuffer(const std::string& text)
{
    const auto mebibytes = parseNumber<std::uint64_t>(text);
    if (!mebibytes || *mebibytes == 0 || *mebibytes > (std::uint64_t(1) << 40)) return fail(ErrorCode::InvalidArgument, "\"{}\" is no number of MiB above 0", text);
    return *mebibytes << 20;
}

Result<double> parseBits(const std::string& text)
{
    const auto bits = parseNumber<double>(text);
    if (!bits || !(*bits > 0 && *bits <= 32)) return fail(ErrorCode::InvalidArgument, "\"{}\" is no number of bits a weight", text);
    return *bits;
}

OptionTable optionsOf(QuantizeCommand& o)
{
    OptionTable table("corral quantize [OPTIONS] INPUT.gguf [OUTPUT.gguf] TYPE [NTHREADS]",
                      "Quantizes a model. Without OUTPUT.gguf the result is ggml-model-TYPE.gguf beside the input; without NTHREADS all cores work.\n"
                      "TYPE is one of these, by number or by name:\n" + targetList());
    table.flag({"--allow-requantize"}, "also quantize tensors that are already quantized: loses more than from 16 or 32 bits", o.plan.allowRequantize);
    table.flag({"--leave-output-tensor"}, "leave output.weight as it is", o.plan.leaveOutputTensor);
    table.flag({"--pure"}, "no mixture: every quantizable tensor gets the type's own", o.plan.pure);
    table.value({"--imatrix"}, "FILE", "importance matrix", o.imatrixFile);
    const auto append = [](std::vector<std::string>& list) {
        return [&list](const std::string& text) -> std::optional<std::string> {
            if (text.empty()) return "an empty text is in every name";
            list.push_back(text);
            return std::nullopt;
        };
    };
    table.add({"--include-weights"}, "TEXT", "use the matrix only for tensors whose name contains this; repeatable", append(o.include));
    table.add({"--exclude-weights"}, "TEXT", "do not use the matrix for those; repeatable", append(o.exclude));
    table.add({"--output-tensor-type"}, "TYPE", "tensor type of output.weight", reading(quantize::parseTensorType, [&o](auto type) { o.plan.outputTensorType = type; }));
    table.add({"--token-embedding-type"}, "TYPE", "tensor type of the token embeddings",
              reading(quantize::parseTensorType, [&o](auto type) { o.plan.tokenEmbeddingType = type; }));
    table.add({"--tensor-type"}, "NAME=TYPE", "tensor type where the regular expression NAME is found in a name; the first one wins; repeatable",
              reading(quantize::parseTensorRule, [&o](auto rule) { o.plan.tensorTypes.push_back(std::move(rule)); }));
    table.add({"--tensor-type-file"}, "FILE", "such NAME=TYPE, separated by white space", reading(readTensorRules, [&o](auto rules) {
                  o.plan.tensorTypes.insert(o.plan.tensorTypes.end(), std::make_move_iterator(rules.begin()), std::make_move_iterator(rules.end()));
              }));
    table.add({"--prune-layers"}, "L0,L1,...", "leave out these layers", reading(quantize::parseLayers, [&o](auto layers) { o.plan.pruneLayers = std::move(layers); }));
    table.flag({"--keep-split"}, "one output file for each input file", o.plan.keepSplit);
    table.add({"--override-kv"}, "KEY=TYPE:VALUE", "set metadata; TYPE: int, float, bool, str; repeatable",
              reading(quantize::parseOverride, [&o](auto override) { o.plan.overrides.push_back(std::move(override)); }));
    table.add({"--max-buffer-size"}, "MiB", std::format("memory between reading and writing (default: {})", o.write.maxBufferBytes >> 20),
              reading(parseBuffer, [&o](auto bytes) { o.write.maxBufferBytes = bytes; }));
    table.flag({"--dry-run"}, "say what would become of each tensor, write nothing", o.dryRun);
    table.section("of Corral");
    const auto goal = [&o](const std::string& unit, auto parse, auto take) {
        return [&o, unit, parse, take](const std::string& text) -> std::optional<std::string> {
            const auto value = parse(text);
            if (!value) return value.error().message;
            o.goal = take(*value);
            o.goalText = text + unit;
            return std::nullopt;
        };
    };
    table.add({"--target-size"}, "SIZE", "instead of TYPE: the types that lose least in a file of this size (4.5G, 700M)",
              goal("", quantize::parseByteSize, [](std::uint64_t bytes) { return quantize::SizeGoal{.bytes = bytes}; }));
    table.add({"--target-bpw"}, "BITS", "instead of TYPE: the types that lose least at this many bits a weight",
              goal("bpw", parseBits, [](double bits) { return quantize::SizeGoal{.bitsPerWeight = bits}; }));
    table.flag({"--json"}, "the tensors' types and the size as JSON", o.json);
    return table;
}

// INPUT [OUTPUT] TYPE [NTHREADS]; what is wrong, or nothing. With a goal the TYPE may lack, and a number is the threads.
std::optional<std::string> readPositionals(const std::vector<std::string>& rest, QuantizeCommand& o)
{
    std::size_t next = 0;
    const auto given = [&] { return next < rest.size(); };
    const auto isThreads = [&] { return o.hasGoal() && parseNumber<int>(rest[next]); };
    const auto readTarget = [&] {
        if (given() && !isThreads()) o.target = quantize::findTarget(rest[next]);
        if (o.target) ++next;
    };
    if (!given()) return "which model? INPUT.gguf TYPE";
    o.input = rest[next++];
    readTarget();
    if (!o.target) {
        if (given() && !isThreads()) o.output = rest[next++];
        readTarget();
    }
    if (!o.target && !o.hasGoal())
        return given() ? std::format("\"{}\" is no type; without arguments, corral quantize lists them", rest[next]) : "as which type? Without arguments, corral quantize lists them";
    if (given()) {
        const auto threads = parseNumber<int>(rest[next]);
        if (!threads) return std::format("\"{}\" is no number of threads", rest[next]);
        o.write.threads = std::max(*threads, 0);
        ++next;
    }
    if (given()) return std::format("unexpected argument \"{}\"", rest[next]);
    if (o.output.empty()) o.output = o.input.parent_path() / ("ggml-model-" + o.as() + ".gguf");
    return std::nullopt;
}

Result<std::optional<quantize::Imatrix>> loadImatrix(const QuantizeCommand& o)
{
    if (o.imatrixFile.empty()) return std::nullopt;
    auto imatrix = quantize::Imatrix::load(o.imatrixFile);
    if (!imatrix) return std::unexpected(imatrix.error());
    if (!o.include.empty()) imatrix->keepOnly(o.include);
    if (!o.exclude.empty()) imatrix->drop(o.exclude);
    return std::move(*imatrix);
}

Result<quantize::Plan> planFor(const QuantizeCommand& o, const quantize::Source& source, const quantize::PlanOptions& options, WatchedJob& watched)
{
    if (!o.hasGoal()) return quantize::makePlan(source, *o.target, options);
    auto plan = quantize::planForSize(source, o.goal, options, o.write.threads, watched.job(), watched.progress());
    watched.end();
    if (plan && o.target) gguf::setKey(plan->keys, "general.file_type", gguf::u32(o.target->fileType)); // what it shall be called
    return plan;
}

std::string missing(const quantize::Plan& plan)
{
    return std::format("this quantization requires an importance matrix (--imatrix): there are no importances for tensor {}", *plan.missingImportance);
}

Result<void> quantizeModel(QuantizeCommand& o)
{
    const auto start = Clock::now();
    const auto file = gguf::File::open(o.input);
    if (!file) return std::unexpected(file.error());
    const quantize::GgufSource source(*file);
    const auto imatrix = loadImatrix(o);
    if (!imatrix) return std::unexpected(imatrix.error());
    quantize::PlanOptions options = o.plan;
    options.imatrix = *imatrix ? &**imatrix : nullptr;
    options.allowRequantize |= o.dryRun; // nothing is lost by looking

    WatchedJob watched;
    const auto plan = planFor(o, source, options, watched);
    if (!plan) return std::unexpected(plan.error());
    if (o.dryRun) {
        if (plan->missingImportance) complain("corral quantize: " + oneLine(missing(*plan)));
        if (o.json) {
            print(dump(planJson(*plan)) + "\n");
            return {};
        }
        for (std::size_t i = 0; i < plan->tensors.size(); ++i) print(tensorLine(source, *plan, i));
        print(planSummary(*plan));
        return {};
    }
    if (plan->missingImportance) return fail(ErrorCode::InvalidArgument, "{}", missing(*plan));

    quantize::WriteOptions write = o.write;
    write.output = o.output;
    if (o.plan.keepSplit) {
        if (write.output.extension() == ".gguf") write.output.replace_extension();
        if (plan->shards == 1) write.output = gguf::shardPath(write.output, 1, 1);
    }
    const std::string heading = std::format("quantizing '{}' to '{}' as {}{}\n", oneLine(o.input.string()), oneLine(write.output.string()), o.as(),
                                            write.threads > 0 ? std::format(" using {} threads", write.threads) : "");
    const auto begin = Clock::now();
    std::size_t next = 0;
    const auto report = quantize::write(source, *plan, options.imatrix, write, watched.job(), watched.progress(), [&](const quantize::TensorResult&) {
        const std::size_t index = next++;
        if (o.json) return;
        watched.end();
        print((index == 0 ? heading : "") + tensorLine(source, *plan, index)); // what fails at once has one line to say
        flush();
    });
    watched.end();
    if (!report) return std::unexpected(report.error());
    if (o.json) {
        print(dump(planJson(*plan)) + "\n");
        return {};
    }
    const auto milliseconds = [](Clock::time_point from) { return std::chrono::duration<double, std::milli>(Clock::now() - from).count(); };
    print(planSummary(*plan) + std::format("\nquantize time = {:8.2f} ms\n   total time = {:8.2f} ms\n", milliseconds(begin), milliseconds(start)));
    return {};
}

} // namespace

int runQuantize(const Hooks&, Arguments arguments)
{
    QuantizeCommand options;
    const OptionTable table = optionsOf(options);
    if (arguments.empty()) {
        print(table.help());
        return kFailed;
    }
    // As llama-quantize: 1 for whatever is wrong.
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error() == kUsage ? kFailed : rest.error();
    auto wrong = readPositionals(*rest, options);
    if (!options.include.empty() && !options.exclude.empty()) wrong = "either --include-weights or --exclude-weights";
    if ((!options.include.empty() || !options.exclude.empty()) && options.imatrixFile.empty()) wrong = "--include-weights and --exclude-weights choose from an --imatrix";
    if (wrong) {
        table.misuse(*wrong);
        return kFailed;
    }
    const auto done = quantizeModel(options);
    if (!done) return failed("quantize", done.error());
    return kFine;
}

} // namespace corral::cli
