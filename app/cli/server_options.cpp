#include "app/cli/server_options.h"

#include "app/cli/console.h"
#include "app/cli/model_options.h"
#include "app/cli/offload_options.h"
#include "app/cli/prompt_text.h"
#include "app/cli/sampling_options.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace corral::cli {

namespace {

using server::EmbeddingPooling;
using Wrong = std::optional<std::string>;

std::vector<std::string> split(std::string_view list)
{
    std::vector<std::string> parts;
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (comma != 0) parts.emplace_back(list.substr(0, comma));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return parts;
}

OptionTable::Setter listInto(std::vector<std::string>& target)
{
    return [&target](const std::string& text) -> Wrong {
        const auto parts = split(text);
        if (parts.empty()) return "nothing is named";
        target.insert(target.end(), parts.begin(), parts.end());
        return std::nullopt;
    };
}

template <Number T> OptionTable::Setter numberInto(T& target, T least, T most = std::numeric_limits<T>::max())
{
    return [&target, least, most](const std::string& text) -> Wrong {
        const auto number = parseNumber<T>(text);
        if (!number || !(*number >= least && *number <= most)) // no NaN either
            return most == std::numeric_limits<T>::max() ? std::format("\"{}\" is no number from {} on", text, least)
                                                         : std::format("\"{}\" is no number from {} to {}", text, least, most);
        target = *number;
        return std::nullopt;
    };
}

OptionTable::Setter oneOf(std::string& target, std::vector<std::string_view> words)
{
    return [&target, words = std::move(words)](const std::string& text) -> Wrong {
        if (!std::ranges::contains(words, text)) return std::format("unknown value \"{}\"; the nearest is {}", text, nearest(text, words));
        target = text;
        return std::nullopt;
    };
}

OptionTable::Setter textOf(std::string& target)
{
    return [&target](const std::string& file) -> Wrong {
        auto text = readPromptFile(file);
        if (!text) return text.error().message;
        target = std::move(*text);
        return std::nullopt;
    };
}

Wrong setTemplate(std::string& target, const std::string& text)
{
    if (text.find_first_of("{}\n ") == std::string::npos) return std::format("there is no template named \"{}\" here: give its text, or --chat-template-file", text);
    target = text;
    return std::nullopt;
}

Wrong setJson(std::string& target, const std::string& text, bool object)
{
    const auto json = parseJson(text);
    if (!json || (object && !json->is_object())) return object ? "this is no JSON object" : "this is no JSON";
    target = text;
    return std::nullopt;
}

Wrong addKeysOf(std::vector<std::string>& keys, const std::string& file)
{
    const auto text = readPromptFile(file);
    if (!text) return text.error().message;
    const std::size_t before = keys.size();
    std::string_view rest = *text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) keys.emplace_back(line);
    }
    return keys.size() > before ? Wrong() : "the file holds no key";
}

// What several flags settle together.
struct Gathered {
    ModelOptions model;
    std::optional<bool> unifiedCache;
};

void addServingOptions(OptionTable& table, server::ServerOptions& o, Gathered& g)
{
    table.value({"-hf", "--hf-repo", "-hfr"}, "REPO[:QUANT]", "the model from Hugging Face, fetched if it is not here", o.hubModel);
    table.value({"-hff", "--hf-file"}, "FILE", "which file of it", o.hubFile);
    table.value({"-mu", "--model-url"}, "URL", "the model from an address", o.modelUrl);
    table.flag({"--offline"}, "only models that are here already", o.offline);
    table.add({"-a", "--alias"}, "NAMES", "what the model is called in answers; several separated by commas", listInto(o.aliases));
    table.add({"--tags"}, "WORDS", "told about the model, separated by commas", listInto(o.tags));
    table.flag({"--warmup"}, "one pass before the first request", o.warmup);

    table.section("slots");
    table.add({"-np", "--parallel", "--n-parallel"}, "N", "requests answered at a time (default: -1, 4 that share the context)", [&o](const std::string& text) -> Wrong {
        const auto number = parseNumber<int>(text);
        if (!number || *number == 0 || *number < -1) return std::format("\"{}\" is no positive whole number", text);
        o.slotCount = *number > 0 ? std::optional(*number) : std::nullopt;
        return std::nullopt;
    });
    table.flag({"-cb", "--cont-batching"}, "requests join those that run", o.continuousBatching);
    table.add({"-nocb"}, "", "", [&o](const std::string&) -> Wrong { return o.continuousBatching = false, std::nullopt; });
    table.hide("-nocb");
    for (const bool shared : {true, false}) {
        const auto set = [&g, shared](const std::string&) -> Wrong { return g.unifiedCache = shared, std::nullopt; };
        if (shared) table.add({"-kvu", "--kv-unified"}, "", "the slots share the context (default: unless -np is given); --no-kv-unified: each has its part", set);
        else table.add({"--no-kv-unified", "-no-kvu"}, "", "", set);
    }
    table.hide("--no-kv-unified");
    table.flag({"--cache-prompt"}, "what a slot remembers of a prompt is used again", o.cachePrompt);
    table.add({"-sps", "--slot-prompt-similarity"}, "X", "a slot is preferred that has more than this part of the prompt; 0: none is (default: 0.1)", numberInto(o.slotPromptSimilarity, 0.0, 1.0));
    table.value({"--slot-save-path"}, "DIR", "where /slots/N?action=save puts a slot's cache", o.slotSavePath);
    table.add({"--sleep-idle-seconds"}, "N", "the model is unloaded after N idle seconds; -1: never (default: -1)", numberInto(o.sleepIdleSeconds, -1));

    table.section("requests, unless they say otherwise");
    table.add({"-n", "--predict", "--n-predict"}, "N", "most tokens of an answer; -1: until the model ends (default: -1)", numberInto(o.predict, -1));
    table.append({"-r", "--reverse-prompt"}, "TEXT", "an answer ends before this text; repeatable", o.stop);
    table.value({"--grammar"}, "GBNF", "answers follow this grammar", o.grammar);
    table.add({"--grammar-file"}, "FILE", "the same from a file", textOf(o.grammar));
    table.add({"-j", "--json-schema"}, "SCHEMA", "answers follow this JSON schema", [&o](const std::string& text) { return setJson(o.jsonSchema, text, false); });
    table.add({"-jf", "--json-schema-file"}, "FILE", "the same from a file", [&o](const std::string& file) -> Wrong {
        std::string text;
        if (auto wrong = textOf(text)(file)) return wrong;
        return setJson(o.jsonSchema, text, false);
    });
    table.flag({"-sp", "--special"}, "special tokens are written out", o.specialTokens);
    table.flag({"--spm-infill"}, "/infill puts the suffix before the prefix", o.suffixFirst);
}

void addChatOptions(OptionTable& table, server::ServerOptions& o)
{
    table.section("chat");
    table.flag({"--jinja"}, "the template's whole language, tools too", o.jinja);
    table.add({"--chat-template"}, "TEXT", "instead of the model's template", [&o](const std::string& text) { return setTemplate(o.chatTemplate, text); });
    table.add({"--chat-template-file"}, "FILE", "the same from a file", textOf(o.chatTemplate));
    table.add({"--chat-template-kwargs"}, "JSON", "an object for the template", [&o](const std::string& text) { return setJson(o.chatTemplateKwargs, text, true); });
    table.flag({"--skip-chat-parsing"}, "tool calls and reasoning stay in the text", o.skipChatParsing);
    table.flag({"--prefill-assistant"}, "a last message of the assistant is continued", o.prefillAssistant);
    table.add({"--reasoning-format"}, "WORD", "none, auto, deepseek or deepseek-legacy (default: auto)", oneOf(o.reasoningFormat, {"none", "auto", "deepseek", "deepseek-legacy"}));
    table.add({"-rea", "--reasoning"}, "WORD", "on, off or auto (default: auto)", oneOf(o.reasoning, {"on", "off", "auto"}));
    table.value({"--reasoning-effort"}, "WORD", "told to the template", o.reasoningEffort);
    table.add({"--reasoning-budget"}, "N", "most tokens of reasoning; -1: no limit (default: -1)", numberInto(o.reasoningBudget, -1));
    table.value({"--reasoning-budget-message"}, "TEXT", "said when it is used up", o.reasoningBudgetMessage);
    for (const bool kept : {true, false}) {
        const auto set = [&o, kept](const std::string&) -> Wrong { return o.reasoningPreserve = kept, std::nullopt; };
        if (kept) table.add({"--reasoning-preserve"}, "", "reasoning of earlier answers is kept in the prompt; --no-reasoning-preserve: it is not (default: as the template has it)", set);
        else table.add({"--no-reasoning-preserve"}, "", "", set);
    }
    table.hide("--no-reasoning-preserve");

    table.section("embeddings");
    table.flag({"--embeddings", "--embedding"}, "serve embeddings", o.embeddings);
    table.flag({"--reranking", "--rerank"}, "serve reranking", o.reranking);
    table.add({"--pooling"}, "WORD", "none, mean, cls, last or rank (default: the model's)", [&o](const std::string& text) -> Wrong {
        constexpr std::pair<std::string_view, EmbeddingPooling> kKinds[] = {{"none", EmbeddingPooling::None}, {"mean", EmbeddingPooling::Mean}, {"cls", EmbeddingPooling::Cls},
                                                                            {"last", EmbeddingPooling::Last}, {"rank", EmbeddingPooling::Rank}};
        for (const auto& [name, kind] : kKinds)
            if (name == text) return o.pooling = kind, std::nullopt;
        return std::format("unknown pooling \"{}\": none, mean, cls, last or rank", text);
    });
    table.add({"--embd-normalize", "--embd-normalization"}, "N", "-1: not, 0: by the largest value, 2: Euclidean, else by the p-norm (default: 2)", numberInto(o.embeddingNorm, -1));
}

void addAddressOptions(OptionTable& table, server::ServerOptions& o)
{
    table.section("address");
    table.value({"--host"}, "ADDRESS", std::format("where to listen; a path that ends in .sock: a local socket (default: {})", o.host), o.host);
    table.value({"--port"}, "N", "0: a free one", o.port);
    table.add({"--api-prefix"}, "/PATH", "before every path", [&o](std::string text) -> Wrong {
        while (text.ends_with('/')) text.pop_back();
        if (!text.empty() && !text.starts_with('/')) return std::format("\"{}\" does not begin with a slash", text);
        o.apiPrefix = text;
        return std::nullopt;
    });
    table.add({"--api-key"}, "KEYS", "what clients must send; several separated by commas", listInto(o.apiKeys));
    table.add({"--api-key-file"}, "FILE", "the same from a file, one a line", [&o](const std::string& file) { return addKeysOf(o.apiKeys, file); });
    table.add({"--cors-origins"}, "ORIGINS", "pages that may use the server from a browser, separated by commas; *: all", listInto(o.corsOrigins));
    table.value({"--cors-methods"}, "METHODS", "that they may use", o.corsMethods);
    table.value({"--cors-headers"}, "NAMES", "that they may send", o.corsHeaders);
    table.flag({"--cors-credentials"}, "they may send cookies", o.corsCredentials);
    table.add({"-to", "--timeout"}, "SECONDS", "a client that takes nothing for so long has gone (default: 3600)", [&o](const std::string& text) -> Wrong {
        constexpr int kMost = 10 * 365 * 24 * 3600;
        int seconds = 0;
        if (auto wrong = numberInto(seconds, 1, kMost)(text)) return wrong;
        o.timeout = std::chrono::seconds(seconds);
        return std::nullopt;
    });
    table.add({"--sse-ping-interval"}, "SECONDS", "of silence, after which a stream says that it is alive; -1: never (default: 30)", numberInto(o.pingSeconds, -1));
    table.flag({"--metrics"}, "serve /metrics", o.metrics);
    table.flag({"--slots"}, "serve /slots", o.slotsEndpoint);
    table.flag({"--props"}, "let POST /props change the server", o.propsEndpoint);
    table.flag({"--ui", "--webui"}, "serve a page at /", o.page);

    table.section("log");
    constexpr int kEverything = std::numeric_limits<int>::max();
    table.add({"-v", "--verbose", "--log-verbose"}, "", "tell everything", [&o](const std::string&) -> Wrong { return o.verbosity = kEverything, std::nullopt; });
    table.add({"-lv", "--verbosity", "--log-verbosity"}, "N", "0: nothing, 1: errors, 2: warnings, 3: what happens, 4: in detail (default: 3)", numberInto(o.verbosity, 0));
    table.add({"--log-disable"}, "", "tell nothing", [&o](const std::string&) -> Wrong { return o.verbosity = 0, std::nullopt; });
    table.value({"--log-file"}, "FILE", "write the log there too", o.logFile);
}

void addEnvironment(OptionTable& table)
{
    constexpr std::pair<std::string_view, std::string_view> kVariables[] = {
        {"--model", "LLAMA_ARG_MODEL"}, {"--hf-repo", "LLAMA_ARG_HF_REPO"}, {"--hf-file", "LLAMA_ARG_HF_FILE"}, {"--model-url", "LLAMA_ARG_MODEL_URL"},
        {"--offline", "LLAMA_ARG_OFFLINE"}, {"--alias", "LLAMA_ARG_ALIAS"}, {"--tags", "LLAMA_ARG_TAGS"}, {"--ctx-size", "LLAMA_ARG_CTX_SIZE"},
        {"--threads", "LLAMA_ARG_THREADS"}, {"--batch-size", "LLAMA_ARG_BATCH"}, {"--ubatch-size", "LLAMA_ARG_UBATCH"},
        {"--cache-type-k", "LLAMA_ARG_CACHE_TYPE_K"}, {"--cache-type-v", "LLAMA_ARG_CACHE_TYPE_V"}, {"--n-gpu-layers", "LLAMA_ARG_N_GPU_LAYERS"}, {"--device", "LLAMA_ARG_DEVICE"}, {"--parallel", "LLAMA_ARG_N_PARALLEL"},
        {"--cont-batching", "LLAMA_ARG_CONT_BATCHING"}, {"--cache-prompt", "LLAMA_ARG_CACHE_PROMPT"}, {"--predict", "LLAMA_ARG_N_PREDICT"},
        {"--temp", "LLAMA_ARG_TEMP"}, {"--top-k", "LLAMA_ARG_TOP_K"}, {"--top-p", "LLAMA_ARG_TOP_P"}, {"--min-p", "LLAMA_ARG_MIN_P"},
        {"--jinja", "LLAMA_ARG_JINJA"}, {"--chat-template", "LLAMA_ARG_CHAT_TEMPLATE"}, {"--chat-template-file", "LLAMA_ARG_CHAT_TEMPLATE_FILE"},
        {"--chat-template-kwargs", "LLAMA_CHAT_TEMPLATE_KWARGS"}, {"--skip-chat-parsing", "LLAMA_ARG_SKIP_CHAT_PARSING"},
        {"--prefill-assistant", "LLAMA_ARG_PREFILL_ASSISTANT"}, {"--reasoning-format", "LLAMA_ARG_THINK"}, {"--reasoning", "LLAMA_ARG_REASONING"},
        {"--reasoning-effort", "LLAMA_ARG_REASONING_EFFORT"}, {"--reasoning-budget", "LLAMA_ARG_THINK_BUDGET"},
        {"--reasoning-budget-message", "LLAMA_ARG_THINK_BUDGET_MESSAGE"}, {"--embeddings", "LLAMA_ARG_EMBEDDINGS"}, {"--reranking", "LLAMA_ARG_RERANKING"},
        {"--pooling", "LLAMA_ARG_POOLING"}, {"--host", "LLAMA_ARG_HOST"}, {"--port", "LLAMA_ARG_PORT"}, {"--api-prefix", "LLAMA_ARG_API_PREFIX"},
        {"--api-key", "LLAMA_API_KEY"}, {"--api-key-file", "LLAMA_ARG_API_KEY_FILE"}, {"--cors-origins", "LLAMA_ARG_CORS_ORIGINS"},
        {"--timeout", "LLAMA_ARG_TIMEOUT"}, {"--sse-ping-interval", "LLAMA_ARG_SSE_PING_INTERVAL"}, {"--metrics", "LLAMA_ARG_ENDPOINT_METRICS"},
        {"--slots", "LLAMA_ARG_ENDPOINT_SLOTS"}, {"--props", "LLAMA_ARG_ENDPOINT_PROPS"}, {"--ui", "LLAMA_ARG_WEBUI"},
        {"--sleep-idle-seconds", "LLAMA_ARG_SLEEP_IDLE_SECONDS"}, {"--log-verbosity", "LLAMA_LOG_VERBOSITY"}, {"--log-file", "LLAMA_LOG_FILE"},
    };
    for (const auto& [name, variable] : kVariables) table.fromEnvironment(name, variable);
}

} // namespace

std::expected<server::ServerOptions, int> parseServerOptions(Arguments arguments, const OptionTable::Environment& environment, server::ServerOptions usual)
{
    server::ServerOptions options = std::move(usual);
    Gathered gathered{.model = {.model = options.model, .session = options.session}, .unifiedCache = {}};
    OptionTable table("corral server [-m FILE] [--port N] [OPTIONS]",
                      "Serves a model to the programs that speak to OpenAI's API or to llama-server. Without -m the starter model is served.\n"
                      "Flags may also come from environment variables (LLAMA_ARG_CTX_SIZE, LLAMA_ARG_PORT, LLAMA_API_KEY, …).");
    addSessionOptions(table, gathered.model, "context: tokens of all slots together, or of each with -kvu (default: the model's, at most 8192)");
    addOffloadOptions(table, gathered.model.session.offload);
    addServingOptions(table, options, gathered);
    addChatOptions(table, options);
    addAddressOptions(table, options);
    addSamplingOptions(table, options.sampling);
    addForeignServerOptions(table, options.warnings);
    addEnvironment(table);
    table.readEnvironment(environment);
    const auto rest = table.parse(arguments);
    if (!rest) return std::unexpected(rest.error());
    if (!rest->empty()) return std::unexpected(table.misuse(std::format("\"{}\" is not understood; a model is given by -m", oneLine(rest->front()))));
    options.model = gathered.model.model;
    options.session = gathered.model.effective();
    options.unifiedCache = gathered.unifiedCache.value_or(!options.slotCount);
    if (!options.model.empty() + !options.hubModel.empty() + !options.modelUrl.empty() > 1) return std::unexpected(table.misuse("one model is served: -m, -hf or -mu"));
    if (!options.hubFile.empty() && options.hubModel.empty()) return std::unexpected(table.misuse("-hff names a file of what -hf names"));
    return options;
}

} // namespace corral::cli
