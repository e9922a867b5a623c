#include "app/server/api/api.h"

#include "app/server/api/anthropic.h"
#include "app/server/api/call.h"

#include <algorithm>
#include <new>

namespace corral::server {

struct Api::Endpoint {
    std::string_view path; // behind "/v1", too, if `v1`; what stands for a last "{id}" is Call::pathRest
    bool get, post, v1;
    Answered (*run)(const Call& call);
    Json (*wrong)(const ApiError& error) = [](const ApiError& error) { return error.body(); };

    bool matches(std::string_view asked, std::string_view& rest) const
    {
        constexpr std::string_view kId = "{id}";
        for (const bool behindV1 : {false, true}) {
            if (behindV1 && (!v1 || !asked.starts_with("/v1"))) break;
            const std::string_view what = asked.substr(behindV1 ? 3 : 0);
            if (what == path) return true;
            if (!path.ends_with(kId)) continue;
            const std::string_view begin = path.substr(0, path.size() - kId.size());
            if (!what.starts_with(begin) || what.size() == begin.size()) continue;
            rest = what.substr(begin.size());
            if (!rest.contains('/')) return true;
        }
        return false;
    }
};

const Api::Endpoint Api::kEndpoints[] = {
    {"/", true, false, false, page},
    {"/models", true, false, true, models},
    {"/props", true, true, false, props},
    {"/slots", true, false, false, slotStates},
    {"/slots/{id}", false, true, false, changeSlot},
    {"/metrics", true, false, false, metrics},
    {"/completion", false, true, false, nativeCompletion},
    {"/completions", false, true, false, nativeCompletion},
    {"/v1/completions", false, true, false, textCompletion},
    {"/chat/completions", false, true, true, chatCompletion},
    {"/chat/completions/input_tokens", false, true, true, countChatTokens},
    {"/chat/completions/control", false, true, true, controlChat},
    {"/responses", false, true, true, responses},
    {"/responses/input_tokens", false, true, true, countResponseTokens},
    {"/v1/messages", false, true, false, messages, anthropicError},
    {"/v1/messages/count_tokens", false, true, false, countMessageTokens, anthropicError},
    {"/infill", false, true, false, infill},
    {"/v1/embeddings", false, true, false, openAiEmbeddings},
    {"/embeddings", false, true, false, nativeEmbeddings},
    {"/embedding", false, true, false, nativeEmbeddings},
    {"/rerank", false, true, true, rerank},
    {"/reranking", false, true, true, rerank},
    {"/tokenize", false, true, true, tokenize},
    {"/detokenize", false, true, true, detokenize},
    {"/apply-template", false, true, true, applyTemplate},
    {"/audio/transcriptions", false, true, true, transcribe},
    {"/lora-adapters", true, true, false, adapters},
    {"/tools", true, true, false, agentFeature},
    {"/cors-proxy", true, true, false, agentFeature},
    {"/openapi.json", true, false, false, openApi},
};

Api::Api(ApiOptions options) : m_options(std::move(options)), m_running(std::make_shared<RunningAnswers>()) {}
Api::~Api() = default;

void Api::setService(engine::Service* service) { m_service = service; }

std::vector<Api::Route> Api::routes()
{
    std::vector<Route> all;
    for (const std::string path : {"/health", "/v1/health"}) all.push_back({path, true, false});
    for (const Endpoint& e : kEndpoints) {
        all.push_back({std::string(e.path), e.get, e.post});
        if (e.v1) all.push_back({"/v1" + std::string(e.path), e.get, e.post});
    }
    return all;
}

void Api::answer(const ApiRequest& request, std::shared_ptr<Reply> reply) const
{
    engine::Service* service = m_service;
    const ApiError loading = unavailable(service ? "Loading model again: the graphics card was lost" : "Loading model");
    if (service && !service->ready()) service = nullptr;
    if (request.path == "/health" || request.path == "/v1/health") {
        if (!service) return reply->send(loading.status, dump(loading.body()));
        return reply->send(200, dump({{"status", "ok"}}));
    }
    std::string_view rest;
    const auto found = std::ranges::find_if(kEndpoints, [&](const Endpoint& e) { return e.matches(request.path, rest); });
    if (found == std::ranges::end(kEndpoints)) return reply->send(404, dump(ApiError{404, "not_found_error", "File Not Found"}.body()));
    const auto refuse = [&](const ApiError& error) { reply->send(error.status, dump(found->wrong(error))); };
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (!(get ? found->get : request.method == "POST" && found->post))
        return refuse({405, "invalid_request_error", std::format("{} takes {}", request.path, found->get && found->post ? "GET and POST" : found->get ? "GET" : "POST")});
    if (!service) return refuse(loading);
    try {
        if (const auto answered = found->run({m_options, request, *service, reply, m_running, rest}); !answered) refuse(answered.error());
    } catch (const std::bad_alloc&) {
        refuse(serverError("not enough memory"));
    } catch (const std::exception& e) { // of a library; nothing of it is left half done
        refuse(serverError(e.what()));
    }
}

} // namespace corral::server
