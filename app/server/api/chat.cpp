#include "app/server/api/chat_format.h"
#include "app/server/api/chat_request.h"

namespace corral::server {

namespace {

ApiResult<ChatRequest> read(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    return readChatRequest(call, *body);
}

} // namespace

Answered chatCompletion(const Call& call)
{
    auto request = read(call);
    if (!request) return std::unexpected(request.error());
    auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    CompletionRequest& completion = request->completion;
    completion.options.stop.insert(completion.options.stop.end(), prompt->stop.begin(), prompt->stop.end());
    auto format = chatFormat({call.service, completion, completion.model.empty() ? call.modelName() : completion.model});
    beginAnswering(call.service, std::move(completion), {std::move(prompt->tokens)}, std::move(format), call.reply);
    return {};
}

Answered applyTemplate(const Call& call)
{
    const auto request = read(call);
    if (!request) return std::unexpected(request.error());
    const auto text = renderChatText(call, *request);
    if (!text) return std::unexpected(text.error());
    call.send({{"prompt", *text}});
    return {};
}

Answered countChatTokens(const Call& call)
{
    const auto request = read(call);
    if (!request) return std::unexpected(request.error());
    const auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    call.send({{"object", "response.input_tokens"}, {"input_tokens", prompt->tokens.size()}});
    return {};
}

} // namespace corral::server
