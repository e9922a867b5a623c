// corral eval: the logits after given tokens, for comparing engines.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/id_list.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"

#include <algorithm>
#include <fstream>

namespace corral::cli {

namespace {

struct EvalOptions {
    ModelOptions model;
    std::filesystem::path out;
    std::vector<text::Token> prompt, then;
    int steps = 0;
};

// [1 + steps, n_vocab] as f32, little-endian.
class LogitsFile {
public:
    explicit LogitsFile(const std::filesystem::path& path) : m_path(path)
    {
        if (!path.empty()) m_out.open(path, std::ios::binary);
    }
    Result<void> write(std::span<const float> row)
    {
        if (m_path.empty()) return {};
        m_out.write(reinterpret_cast<const char*>(row.data()), static_cast<std::streamsize>(row.size_bytes()));
        if (!m_out.flush()) return fail(ErrorCode::Io, "cannot write {}", m_path.string());
        return {};
    }

private:
    std::filesystem::path m_path;
    std::ofstream m_out;
};

// The ids that were fed after the prompt.
Result<std::vector<text::Token>> evaluate(const EvalOptions& options)
{
    const auto file = gguf::File::open(options.model.model);
    if (!file) return std::unexpected(file.error());
    const auto loaded = generate::LoadedModel::load(*file);
    if (!loaded) return std::unexpected(loaded.error());
    const int vocabulary = (*loaded)->vocabularySize();
    for (const auto* ids : {&options.prompt, &options.then})
        for (const text::Token id : *ids)
            if (id < 0 || id >= vocabulary)
                return fail(ErrorCode::InvalidArgument, "token id {} is outside the vocabulary of {} tokens", id, vocabulary);

    const std::size_t steps = options.then.empty() ? static_cast<std::size_t>(options.steps) : options.then.size();
    generate::SessionOptions session = options.model.effective();
    session.batch = std::max(session.batch, static_cast<int>(options.prompt.size())); // the prompt is one batch
    if (session.contextLength == 0) session.contextLength = static_cast<int>((options.prompt.size() + steps + 255) / 256 * 256);
    const auto running = generate::Session::create(*loaded, session);
    if (!running) return std::unexpected(running.error());
    tellPlacement("eval", (*running)->placement());

    LogitsFile out(options.out);
    std::vector<text::Token> fed;
    auto logits = (*running)->decode(options.prompt, generate::Session::Logits::Last);
    for (std::size_t step = 0;; ++step) {
        if (!logits) return std::unexpected(logits.error());
        if (auto written = out.write(*logits); !written) return std::unexpected(written.error());
        if (step == steps) return fed;
        fed.push_back(options.then.empty() ? static_cast<text::Token>(std::ranges::max_element(*logits) - logits->begin()) : options.then[step]);
        logits = (*running)->decode({&fed.back(), 1}, generate::Session::Logits::Last);
    }
}

} // namespace

int runEval(const Hooks&, Arguments arguments)
{
    EvalOptions options;
    OptionTable table("corral eval -m FILE --ids 1,2,3 [--steps N | --then 4,5,6] [--out LOGITS.f32]",
                      "Computes the logits of the last position after the prompt, given as one batch, and after each greedy step or each given id.\n"
                      "Writes them as little-endian f32 [1 + steps, n_vocab] and prints the ids of the steps as a JSON array.");
    const auto ids = [](std::vector<text::Token>& target) {
        return [&target](const std::string& list) -> std::optional<std::string> {
            auto parsed = parseIds(list);
            if (!parsed || parsed->empty()) return std::format("\"{}\" is no list of token ids", list);
            target = std::move(*parsed);
            return std::nullopt;
        };
    };
    table.add({"--ids"}, "IDS", "the prompt's token ids, as they are: no BOS is added", ids(options.prompt));
    table.value({"--steps"}, "N", "greedy steps after it", options.steps);
    table.add({"--then"}, "IDS", "feed these instead, one by one", ids(options.then));
    table.value({"-o", "--out"}, "FILE", "where the logits go", options.out);
    // One type for keys and values unless the values' is given.
    std::optional<generate::CacheType> cacheK, cacheV;
    const auto cacheType = [](std::optional<generate::CacheType>& target) {
        return [&target](const std::string& name) -> std::optional<std::string> {
            target = parseCacheType(name);
            return target ? std::nullopt : std::optional(std::format("unknown cache type \"{}\": f16, f32 or q8_0", name));
        };
    };
    table.add({"--ctk", "-ctk", "--cache-type-k"}, "TYPE", "type of the cached keys, and of the values unless given: f16, f32, q8_0 (default: f16)", cacheType(cacheK));
    table.add({"--ctv", "-ctv", "--cache-type-v"}, "TYPE", "type of the cached values", cacheType(cacheV));
    addModelOption(table, options.model.model);
    table.value({"-c", "--ctx-size"}, "N", "context; 0: what is needed, rounded up to 256", options.model.session.contextLength);
    table.value({"-t", "--threads"}, "N", "threads; 0: physical cores", options.model.session.threads);
    addOffloadOptions(table, options.model.session.offload);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse(std::format("unexpected argument \"{}\"", rest->front()));
    if (options.model.model.empty()) return table.misuse("which model? -m FILE");
    if (options.prompt.empty()) return table.misuse("which prompt? --ids 1,2,3");
    if (options.steps < 0) return table.misuse("--steps cannot be negative");
    if (options.steps > 0 && !options.then.empty()) return table.misuse("either --steps or --then");
    options.model.session.cacheK = cacheK.value_or(generate::CacheType::F16);
    options.model.session.cacheV = cacheV.value_or(options.model.session.cacheK);

    const auto fed = evaluate(options);
    if (!fed) return failed("eval", fed.error());
    print(dump(*fed) + "\n");
    return kFine;
}

} // namespace corral::cli
