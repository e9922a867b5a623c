#include "app/server/api/api.h"

#include "app/server/api/call.h"

#include <algorithm>
#include <new>

namespace corral::server {

struct Api::Endpoint {
    std::string_view path; // behind "/v1", too, if `v1`
    bool get, post, v1;
    Answered (*run)(const Call& call);
};

const Api::Endpoint Api::kEndpoints[] = {
    {"/", true, false, false, page},
    {"/models", true, false, true, models},
    {"/props", true, true, false, props},
    {"/slots", true, false, false, slotStates},
    {"/metrics", true, false, false, metrics},
    {"/completion", false, true, false, nativeCompletion},
    {"/completions", false, true, false, nativeCompletion},
    {"/v1/completions", false, true, false, textCompletion},
    {"/chat/completions", false, true, true, chatCompletion},
    {"/chat/completions/input_tokens", false, true, true, countChatTokens},
    {"/v1/embeddings", false, true, false, openAiEmbeddings},
    {"/embeddings", false, true, false, nativeEmbeddings},
    {"/embedding", false, true, false, nativeEmbeddings},
    {"/tokenize", false, true, true, tokenize},
    {"/detokenize", false, true, true, detokenize},
    {"/apply-template", false, true, true, applyTemplate},
};

Api::Api(ApiOptions options) : m_options(std::move(options)) {}
Api::~Api() = default;

void Api::setService(engine::Service* service) { m_service = service; }

void Api::answer(const ApiRequest& request, std::shared_ptr<Reply> reply) const
{
    const auto refuse = [&](const ApiError& error) { reply->send(error.status, dump(error.body())); };
    engine::Service* const service = m_service;
    const ApiError loading = unavailable("Loading model");
    if (request.path == "/health" || request.path == "/v1/health") {
        if (!service) return refuse(loading);
        return reply->send(200, dump({{"status", "ok"}}));
    }
    const std::string_view path = request.path;
    const auto found = std::ranges::find_if(kEndpoints, [&](const Endpoint& e) { return path == e.path || (e.v1 && path.starts_with("/v1") && path.substr(3) == e.path); });
    if (found == std::ranges::end(kEndpoints)) return refuse({404, "not_found_error", "File Not Found"});
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (!(get ? found->get : request.method == "POST" && found->post))
        return refuse({405, "invalid_request_error", std::format("{} takes {}", request.path, found->get && found->post ? "GET and POST" : found->get ? "GET" : "POST")});
    if (!service) return refuse(loading);
    try {
        if (const auto answered = found->run({m_options, request, *service, reply}); !answered) refuse(answered.error());
    } catch (const std::bad_alloc&) {
        refuse(serverError("not enough memory"));
    } catch (const std::exception& e) { // of a library; nothing of it is left half done
        refuse(serverError(e.what()));
    }
}

} // namespace corral::server
