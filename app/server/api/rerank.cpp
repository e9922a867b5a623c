#include "app/server/api/call.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::server {

namespace {

using Tokens = std::vector<generate::Token>;

constexpr std::size_t kMostDocuments = 2048;

struct Ranking {
    std::string query, model;
    std::vector<std::string> documents;
    bool isTei = false; // the dialect of Text Embeddings Inference
    bool returnText = false;
    std::size_t topN = 0;
};

ApiResult<Ranking> read(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    Fields fields(*body);
    Ranking ranking{.query = fields.string({"query"}, {}), .model = fields.string({"model"}, call.modelName()), .documents = {}};
    if (!fields.has("query")) return badRequest("\"query\" must be provided");
    ranking.isTei = !fields.has("documents") && fields.has("texts");
    const Json* documents = fields.find({"documents", "texts"});
    if (!documents || !documents->is_array() || documents->empty()) return badRequest("\"documents\" must be a list of strings that is not empty");
    if (documents->size() > kMostDocuments) return badRequest("at most {} documents in one request", kMostDocuments);
    ranking.documents = fields.strings({"documents", "texts"});
    ranking.topN = static_cast<std::size_t>(fields.integer({"top_n"}, static_cast<std::int64_t>(documents->size()), 0, std::numeric_limits<std::int32_t>::max()));
    ranking.returnText = fields.boolean({"return_text"}, false);
    if (fields.error()) return std::unexpected(*fields.error());
    return ranking;
}

// As the model was trained: by its own template, or query and document between the marks that its vocabulary asks for.
Tokens promptFor(const engine::Service& service, const std::string& query, const std::string& document)
{
    const text::Tokenizer& tokenizer = service.tokenizer();
    if (const std::string& own = service.rerankTemplate(); !own.empty()) { // in one pass: what is put in is not looked at again
        std::string text;
        for (std::size_t at = 0; at < own.size();) {
            const std::string_view rest = std::string_view(own).substr(at);
            const bool isQuery = rest.starts_with("{query}"), isDocument = rest.starts_with("{document}");
            if (isQuery || isDocument) text += isQuery ? query : document;
            else text += rest.front();
            at += isQuery ? std::string_view("{query}").size() : isDocument ? std::string_view("{document}").size() : 1;
        }
        return tokenizer.encode(text, {.addSpecial = true, .parseSpecial = true});
    }
    const text::SpecialTokens& special = tokenizer.special();
    const text::Token end = special.eos != text::kNoToken ? special.eos : special.separator;
    Tokens tokens;
    const auto mark = [&](bool wanted, text::Token token) {
        if (wanted && token != text::kNoToken) tokens.push_back(token);
    };
    const auto append = [&](const std::string& text) {
        const Tokens more = tokenizer.encode(text, {.addSpecial = false, .parseSpecial = false});
        tokens.insert(tokens.end(), more.begin(), more.end());
    };
    mark(special.addBos, special.bos);
    append(query);
    mark(special.addEos, end);
    mark(special.addSep, special.separator);
    append(document);
    mark(special.addEos, end);
    return tokens;
}

Json answerTo(const Ranking& ranking, const std::vector<std::vector<float>>& scores, std::size_t tokens)
{
    std::vector<std::size_t> order(scores.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a].front() > scores[b].front(); });
    order.resize(std::min(order.size(), ranking.topN));
    Json results = Json::array();
    for (const std::size_t i : order) {
        Json one{{"index", i}, {ranking.isTei ? "score" : "relevance_score", scores[i].front()}};
        if (ranking.isTei && ranking.returnText) one["text"] = ranking.documents[i];
        results.push_back(std::move(one));
    }
    if (ranking.isTei) return results;
    return {{"object", "list"}, {"model", ranking.model}, {"results", std::move(results)}, {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}};
}

} // namespace

Answered rerank(const Call& call)
{
    if (call.service.pooling() != generate::Pooling::Rank) return notSupported("this server does not rank; start it with --rerank and a model that does");
    auto ranking = read(call);
    if (!ranking) return std::unexpected(ranking.error());
    std::vector<Tokens> prompts;
    std::size_t tokens = 0;
    const auto context = static_cast<std::size_t>(call.service.contextLength());
    for (const std::string& document : ranking->documents) {
        prompts.push_back(promptFor(call.service, ranking->query, document));
        tokens += prompts.back().size();
        if (prompts.back().empty()) return badRequest("query and document {} are empty", prompts.size() - 1);
        if (prompts.back().size() > context)
            return std::unexpected(ApiError{400, "exceed_context_size_error", std::format("document {} and the query have {} tokens, the context holds {}", prompts.size() - 1, prompts.back().size(), context),
                                            {{"n_prompt_tokens", prompts.back().size()}, {"n_ctx", context}}});
    }
    call.service.embed(std::move(prompts), [reply = call.reply, ranking = std::move(*ranking), tokens](Result<std::vector<std::vector<float>>> scores) {
        if (!scores) {
            const ApiError error = fromEngine(scores.error());
            return reply->send(error.status, dump(error.body()));
        }
        const bool hasNumbers = std::ranges::all_of(*scores, [](const std::vector<float>& s) { return std::isfinite(s.front()); });
        if (!hasNumbers) return reply->send(500, dump(serverError("the model computed no numbers: its weights may be damaged").body()));
        reply->send(200, dump(answerTo(ranking, *scores, tokens)));
    }, call.untilGone());
    return {};
}

} // namespace corral::server
