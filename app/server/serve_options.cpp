#include "app/server/server.h"

#include "app/server/api/template_variables.h"
#include "core/text/json_schema.h"

#include <algorithm>

namespace corral::server {

namespace {

constexpr int kUsualSlots = 4;

std::optional<generate::Pooling> poolingFor(const ServerOptions& o, const std::filesystem::path& model)
{
    if (o.reranking) return generate::Pooling::Rank;
    if (!o.embeddings) return std::nullopt;
    switch (o.pooling) {
    case EmbeddingPooling::None: return generate::Pooling::None;
    case EmbeddingPooling::Mean: return generate::Pooling::Mean;
    case EmbeddingPooling::Cls: return generate::Pooling::Cls;
    case EmbeddingPooling::Last: return generate::Pooling::Last;
    case EmbeddingPooling::Rank: return generate::Pooling::Rank;
    case EmbeddingPooling::OfModel: break;
    }
    const auto file = gguf::File::open(model);
    return file ? generate::poolingOf(**file).value_or(generate::Pooling::Mean) : generate::Pooling::Mean;
}

// Slots that share a context may each use all of it: their memory is taken when it is used.
int contextOfSlot(const ServerOptions& o, int count)
{
    if (o.session.contextLength == 0 || (o.unifiedCache && !o.slotCount)) return o.session.contextLength;
    return std::max(1, o.session.contextLength / count);
}

// Flags whose part of the server does not exist yet. What would change answers or is waited for is refused; the rest is said.
Result<void> refuseMissing(const ServerOptions& o)
{
    const std::pair<bool, std::string_view> missing[] = {
        {o.sleepIdleSeconds >= 0, "--sleep-idle-seconds"},
        {!o.jinja, "--no-jinja"},
    };
    for (const auto& [given, flag] : missing)
        if (given) return fail(ErrorCode::Unsupported, "{}: Corral cannot do that yet", flag);
    return {};
}

} // namespace

std::vector<std::string> withoutEffect(const ServerOptions& o)
{
    std::vector<std::string> flags;
    if (!o.continuousBatching) flags.emplace_back("--no-cont-batching: answers are always computed together");
    return flags;
}

Result<ServeOptions> serveOptions(const ServerOptions& o, const std::filesystem::path& model)
{
    if (auto ok = refuseMissing(o); !ok) return std::unexpected(ok.error());
    std::error_code ignored;
    if (!o.slotSavePath.empty() && !std::filesystem::is_directory(o.slotSavePath, ignored))
        return fail(ErrorCode::InvalidArgument, "--slot-save-path: {} is no folder", o.slotSavePath.string());
    ServeOptions serve;
    serve.model = model;
    serve.host = o.host;
    serve.port = o.port;
    serve.service.slotCount = o.slotCount.value_or(kUsualSlots);
    serve.service.session = o.session;
    serve.service.session.contextLength = contextOfSlot(o, serve.service.slotCount);
    serve.service.embeddings = poolingFor(o, model);
    serve.service.chatTemplate = o.chatTemplate;
    serve.service.slotSimilarity = o.slotPromptSimilarity;

    ApiOptions& api = serve.api;
    api.aliases = o.aliases;
    api.tags = o.tags;
    api.usual.options.sampling = o.sampling;
    api.usual.options.maxTokens = o.predict;
    api.usual.options.stop = o.stop;
    api.usual.options.showSpecial = o.specialTokens;
    api.usual.reuse = o.cachePrompt;
    api.usual.pingSeconds = o.pingSeconds;
    api.usual.verbose = o.verbosity > 4;
    api.usualGrammar = o.grammar;
    if (api.usualGrammar.empty() && !o.jsonSchema.empty()) {
        const Json schema = Json::parse(o.jsonSchema, nullptr, false);
        if (schema.is_discarded()) return fail(ErrorCode::InvalidArgument, "--json-schema is not valid JSON");
        auto gbnf = text::grammarOfSchema(schema);
        if (!gbnf) return within("--json-schema", gbnf.error());
        api.usualGrammar = std::move(*gbnf);
    }
    api.metrics = o.metrics;
    api.showSlots = o.slotsEndpoint;
    api.props = o.propsEndpoint;
    api.page = o.page;
    api.prefillAssistant = o.prefillAssistant;
    api.reasoningFormat = o.skipChatParsing ? "none" : o.reasoningFormat;
    api.embeddingNorm = o.embeddingNorm;
    api.reasoningBudget = o.reasoningBudget;
    api.reasoningBudgetMessage = o.reasoningBudgetMessage;
    api.suffixFirst = o.suffixFirst;
    api.slotSavePath = o.slotSavePath;
    if (!o.chatTemplateKwargs.empty()) {
        api.templateKwargs = Json::parse(o.chatTemplateKwargs, nullptr, false);
        if (!api.templateKwargs.is_object()) return fail(ErrorCode::InvalidArgument, "--chat-template-kwargs is not a JSON object");
    }
    if (o.reasoning != "auto") api.templateKwargs["enable_thinking"] = o.reasoning == "on";
    if (!o.reasoningEffort.empty()) setReasoningEffort(api.templateKwargs, o.reasoningEffort);
    if (o.reasoningPreserve) setReasoningPreserved(api.templateKwargs, *o.reasoningPreserve);

    serve.gate.keys = o.apiKeys;
    serve.gate.prefix = o.apiPrefix;
    serve.gate.origins = o.corsOrigins;
    if (!o.corsMethods.empty()) serve.gate.corsMethods = o.corsMethods;
    serve.gate.corsHeaders = o.corsHeaders;
    serve.gate.corsCredentials = o.corsCredentials;
    serve.gate.localNamesOnly = o.host == "127.0.0.1" || o.host == "localhost" || o.host == "::1";
    serve.limits.writeTime = o.timeout;
    serve.prefix = o.apiPrefix;
    return serve;
}

} // namespace corral::server
