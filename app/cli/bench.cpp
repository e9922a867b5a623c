// corral bench: prompt and generation speed, as llama-bench measures them.
#include "app/cli/bench_report.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"
#include "core/base/cpu_features.h"
#include "core/engine/engine.h"
#include "core/generate/sequences.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace corral::cli {

namespace {

struct BenchOptions {
    std::vector<std::filesystem::path> models;
    std::vector<int> prompt, generate, depth, batch, microBatch, threads, parallel; // empty: the default
    std::vector<std::pair<int, int>> both;                                 // -pg
    std::vector<generate::CacheType> cacheK, cacheV;
    std::vector<int> gpuLayers;
    generate::Offload offload;
    int repetitions = 5;
    BenchFormat format = BenchFormat::Markdown;
    bool warmup = true, progress = false;
};

// "512", "1,2,3", "first-last", "first-last+step" or "first-last*factor", commas between; appended.
bool appendNumbers(std::string_view list, std::vector<int>& out)
{
    constexpr std::size_t kMost = 1000; // of a range: nobody waits for more
    constexpr int kLargest = 1 << 28;   // depth, prompt and answer are added up
    while (true) {
        const auto comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        const auto dash = item.find('-', 1), step = item.find_first_of("+*");
        const auto first = parseNumber<int>(item.substr(0, std::min(dash, step)));
        if (!first || *first < 0 || *first > kLargest) return false;
        if (dash == std::string_view::npos) {
            if (step != std::string_view::npos) return false;
            out.push_back(*first);
        } else {
            const auto last = parseNumber<int>(item.substr(dash + 1, step == std::string_view::npos ? step : step - dash - 1));
            const auto by = step == std::string_view::npos ? std::optional(1) : parseNumber<int>(item.substr(step + 1));
            const bool factor = step != std::string_view::npos && item[step] == '*';
            if (!last || !by || *last < *first || *last > kLargest || *by < (factor ? 2 : 1) || (factor && *first == 0)) return false;
            for (std::int64_t n = *first; n <= *last && out.size() < kMost; n = factor ? n * *by : n + *by) out.push_back(static_cast<int>(n));
        }
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

bool appendCacheTypes(std::string_view list, std::vector<generate::CacheType>& out)
{
    while (true) {
        const auto comma = list.find(',');
        const auto type = parseCacheType(list.substr(0, comma));
        if (!type) return false;
        out.push_back(*type);
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

OptionTable optionsOf(BenchOptions& o)
{
    OptionTable table("corral bench -m FILE [OPTIONS]",
                      "Measures how fast prompts are read (ppN) and answers written (tgN), with random tokens, and prints llama-bench's columns.\n"
                      "Numbers may be lists: 512,1024, repeated options, or ranges 1-8, 1-8+2, 1-8*2; every combination is run.");
    const auto numbers = [](std::vector<int>& target) {
        return [&target](const std::string& text) -> std::optional<std::string> {
            return appendNumbers(text, target) ? std::nullopt : std::optional(std::format("\"{}\" is no list of numbers", text));
        };
    };
    const auto types = [](std::vector<generate::CacheType>& target) {
        return [&target](const std::string& text) -> std::optional<std::string> {
            return appendCacheTypes(text, target) ? std::nullopt : std::optional(std::format("\"{}\" is no list of f16, f32, q8_0", text));
        };
    };
    table.add({"-m", "--model"}, "FILE", "the model; repeatable", [&o](const std::string& file) -> std::optional<std::string> {
        o.models.emplace_back(file);
        return std::nullopt;
    });
    table.add({"-p", "--n-prompt"}, "N", "prompt tokens; 0: no such test (default: 512)", numbers(o.prompt));
    table.add({"-n", "--n-gen"}, "N", "generated tokens; 0: no such test (default: 128)", numbers(o.generate));
    table.add({"-pg"}, "P,N", "a test of both together", [&o](const std::string& text) -> std::optional<std::string> {
        std::vector<int> pair;
        if (!appendNumbers(text, pair) || pair.size() != 2) return std::format("\"{}\" is not of the form 512,128", text);
        o.both.emplace_back(pair[0], pair[1]);
        return std::nullopt;
    });
    table.add({"-d", "--n-depth"}, "N", "tokens in the cache before the test (default: 0)", numbers(o.depth));
    table.add({"-np", "--parallel"}, "N", "sequences that are written together, each after a prompt of its own (default: 1)", numbers(o.parallel));
    table.add({"-b", "--batch-size"}, "N", "most tokens at once (default: 2048)", numbers(o.batch));
    table.add({"-ub", "--ubatch-size"}, "N", "most tokens in one pass (default: 512)", numbers(o.microBatch));
    table.add({"-ctk", "--cache-type-k"}, "TYPE", "type of the cached keys: f16, f32, q8_0 (default: f16)", types(o.cacheK));
    table.add({"-ctv", "--cache-type-v"}, "TYPE", "type of the cached values", types(o.cacheV));
    table.add({"-t", "--threads"}, "N", "threads (default: physical cores)", numbers(o.threads));
    addOffloadOptions(table, o.offload, [&o](const std::string& text) -> std::optional<std::string> {
        for (std::string_view rest = text; !rest.empty();) {
            const auto comma = rest.find(',');
            const auto layers = parseGpuLayers(rest.substr(0, comma));
            if (!layers) return std::format("\"{}\" is no list of numbers of layers, auto or all", text);
            o.gpuLayers.push_back(*layers);
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
        return std::nullopt;
    });
    table.value({"-r", "--repetitions"}, "N", "how often each test is run", o.repetitions);
    table.add({"-o", "--output"}, "FORMAT", "md, csv, json, jsonl or sql (default: md)", [&o](const std::string& text) -> std::optional<std::string> {
        const auto format = parseBenchFormat(text);
        if (!format) return std::format("unknown format \"{}\": md, csv, json, jsonl or sql", text);
        o.format = *format;
        return std::nullopt;
    });
    table.flag({"--warmup"}, "one run before those that count", o.warmup);
    table.flag({"--progress"}, "say on stderr what is being run", o.progress);
    return table;
}

// "llama 135M Q4_K - Medium"
std::string modelType(const engine::ModelInfo& info)
{
    std::string size = info.sizeLabel;
    if (size.empty()) {
        const double n = static_cast<double>(info.parameters);
        size = n >= 1e9 ? std::format("{:.1f}B", n / 1e9) : n >= 1e6 ? std::format("{:.0f}M", n / 1e6) : std::format("{:.0f}K", n / 1e3);
    }
    std::string type = info.quantization == "F32" ? "all F32" : info.quantization;
    for (const auto& [suffix, word] : {std::pair{"_K_S", "_K - Small"}, {"_K_M", "_K - Medium"}, {"_K_L", "_K - Large"}})
        if (type.ends_with(suffix)) type.replace(type.size() - std::string_view(suffix).size(), std::string::npos, word);
    return info.architecture + " " + size + " " + type;
}

struct Model {
    std::shared_ptr<const generate::LoadedModel> loaded;
    BenchResult described;
    text::Token bos = text::kNoToken; // if the model wants one
};

Result<Model> openModel(const std::filesystem::path& path)
{
    const auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    auto loaded = generate::LoadedModel::load(*file);
    if (!loaded) return within(path.filename().string(), loaded.error());
    Model model;
    model.described.modelFile = path.string();
    model.described.modelType = modelType(engine::describe(**file, path));
    for (const auto& tensor : (*file)->tensors()) model.described.modelBytes += tensor.bytes;
    model.described.parameters = (*loaded)->parameterCount();
    if (const auto tokenizer = text::Tokenizer::load(**file); tokenizer && (*tokenizer)->special().addBos) model.bos = (*tokenizer)->special().bos;
    model.loaded = std::move(*loaded);
    return model;
}

// Token ids nobody chose; the same every time.
class RandomTokens {
public:
    explicit RandomTokens(int vocabulary) : m_any(0, vocabulary - 1) {}
    text::Token one() { return m_any(m_random); }
    std::vector<text::Token> many(int n, text::Token first)
    {
        std::vector<text::Token> tokens(static_cast<std::size_t>(n));
        for (auto& token : tokens) token = one();
        if (n > 0 && first != text::kNoToken) tokens[0] = first;
        return tokens;
    }

private:
    std::mt19937 m_random{1};
    std::uniform_int_distribution<text::Token> m_any;
};

// Tokens of any number after what the sequence holds, in pieces of a batch.
Result<void> append(generate::Sequences& sequences, int sequence, std::span<const text::Token> tokens, bool logits)
{
    while (!tokens.empty()) {
        const auto piece = tokens.first(std::min(tokens.size(), static_cast<std::size_t>(sequences.batch())));
        tokens = tokens.subspan(piece.size());
        const generate::Sequences::Addition addition{.sequence = sequence, .tokens = piece, .logits = logits && tokens.empty()};
        if (const auto done = sequences.step({&addition, 1}); !done) return std::unexpected(done.error());
    }
    return {};
}

// One repetition; the caches are left with `depth` tokens in them.
Result<double> runOnce(generate::Sequences& sequences, const BenchResult& test, text::Token bos, RandomTokens& random)
{
    sequences.truncate(0, std::min(sequences.position(0), test.depth));
    if (const int there = sequences.position(0); there < test.depth)
        if (const auto done = append(sequences, 0, random.many(test.depth - there, there == 0 ? bos : text::kNoToken), false); !done) return std::unexpected(done.error());
    for (int s = 1; s < sequences.count(); ++s) sequences.copy(0, s, test.depth);

    const auto prompt = random.many(test.prompt, test.depth == 0 ? bos : text::kNoToken);
    std::vector<text::Token> tokens(static_cast<std::size_t>(sequences.count()), bos != text::kNoToken ? bos : random.one());
    std::vector<generate::Sequences::Addition> additions;
    for (int s = 0; s < sequences.count(); ++s) additions.push_back({.sequence = s, .tokens = {&tokens[static_cast<std::size_t>(s)], 1}});
    const auto start = std::chrono::steady_clock::now();
    for (int s = 0; s < sequences.count(); ++s)
        if (const auto done = append(sequences, s, prompt, true); !done) return std::unexpected(done.error());
    for (int i = 0; i < test.generated; ++i) {
        if (const auto done = sequences.step(additions); !done) return std::unexpected(done.error());
        for (text::Token& token : tokens) token = random.one();
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string utcNow() { return std::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())); }

template <class T> std::vector<T> orDefault(const std::vector<T>& given, T usual) { return given.empty() ? std::vector<T>{usual} : given; }

// Every combination, with the session's parameters changing slowest.
std::vector<BenchResult> plan(const BenchOptions& o, const BenchResult& model)
{
    std::vector<BenchResult> tests;
    for (const int gpuLayers : orDefault(o.gpuLayers, o.offload.layers))
        for (const int depth : orDefault(o.depth, 0))
            for (const int parallel : orDefault(o.parallel, 1))
                for (const int batch : orDefault(o.batch, 2048))
                    for (const int microBatch : orDefault(o.microBatch, 512))
                        for (const auto k : orDefault(o.cacheK, generate::CacheType::F16))
                            for (const auto v : orDefault(o.cacheV, generate::CacheType::F16))
                                for (const int threads : orDefault(o.threads, physicalCores())) {
                                    BenchResult test = model;
                                    test.gpuLayers = gpuLayers;
                                    test.depth = depth;
                                    test.parallel = std::max(parallel, 1);
                                    test.batch = std::max(batch, 1);
                                    test.microBatch = std::max(microBatch, 1);
                                    test.cacheK = k;
                                    test.cacheV = v;
                                    test.threads = std::max(threads, 1);
                                    const auto add = [&](int prompt, int generated) {
                                        test.prompt = prompt;
                                        test.generated = generated;
                                        if (prompt + generated > 0) tests.push_back(test);
                                    };
                                    for (const int n : orDefault(o.prompt, 512)) add(n, 0);
                                    for (const int n : orDefault(o.generate, 128)) add(0, n);
                                    for (const auto& [p, n] : o.both) add(p, n);
                                }
    return tests;
}

Result<void> bench(const BenchOptions& options)
{
    std::vector<std::pair<Model, std::vector<BenchResult>>> work;
    std::vector<BenchResult> all;
    for (const auto& path : options.models) {
        auto model = openModel(path);
        if (!model) return std::unexpected(model.error());
        auto tests = plan(options, model->described);
        all.insert(all.end(), tests.begin(), tests.end());
        work.emplace_back(std::move(*model), std::move(tests));
    }
    BenchReport report(options.format);
    print(report.begin(all));
    flush();
    for (auto& [model, tests] : work)
        for (BenchResult& test : tests) {
            generate::Offload offload = options.offload;
            offload.layers = test.gpuLayers;
            const auto sequences = generate::Sequences::create(model.loaded,
                                                               {.contextLength = test.depth + test.prompt + test.generated,
                                                                .cacheK = test.cacheK,
                                                                .cacheV = test.cacheV,
                                                                .batch = std::min(test.batch, test.microBatch),
                                                                .threads = test.threads,
                                                                .offload = offload},
                                                               test.parallel);
            if (!sequences) return std::unexpected(sequences.error());
            test.threads = (*sequences)->threads();
            test.placement = (*sequences)->placement();
            if (!test.placement.note.empty()) tellPlacement("bench", test.placement);
            test.time = utcNow();
            RandomTokens random(model.loaded->vocabularySize());
            for (int i = options.warmup ? -1 : 0; i < options.repetitions; ++i) {
                if (options.progress)
                    complain(std::format("corral bench: {} {} {}", test.modelType, test.test(), i < 0 ? "warm-up" : std::format("run {} of {}", i + 1, options.repetitions)));
                const auto seconds = runOnce(**sequences, test, model.bos, random);
                if (!seconds) return std::unexpected(seconds.error());
                if (i >= 0) test.seconds.push_back(*seconds);
            }
            print(report.row(test));
            flush();
        }
    print(report.end());
    return {};
}

} // namespace

int runBench(const Hooks&, Arguments arguments)
{
    BenchOptions options;
    const OptionTable table = optionsOf(options);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse(std::format("unexpected argument \"{}\"", rest->front()));
    if (options.models.empty()) return table.misuse("which model? -m FILE");
    if (options.repetitions < 1) return table.misuse("-r must be at least 1");
    const auto done = bench(options);
    return done ? kFine : failed("bench", done.error());
}

} // namespace corral::cli
