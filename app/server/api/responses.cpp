#include "app/server/api/openai_responses.h"

namespace corral::server {

Answered responses(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto chat = chatOfResponses(*body);
    if (!chat) return std::unexpected(chat.error());
    return answerChat(call, *chat, responsesFormat);
}

Answered countResponseTokens(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto chat = chatOfResponses(*body);
    if (!chat) return std::unexpected(chat.error());
    const auto tokens = tokensOfChat(call, *chat);
    if (!tokens) return std::unexpected(tokens.error());
    call.send({{"object", "response.input_tokens"}, {"input_tokens", *tokens}});
    return {};
}

} // namespace corral::server
