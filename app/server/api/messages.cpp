#include "app/server/api/anthropic.h"

namespace corral::server {

Answered messages(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto chat = chatOfMessages(*body);
    if (!chat) return std::unexpected(chat.error());
    return answerChat(call, *chat, anthropicFormat);
}

Answered countMessageTokens(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto chat = chatOfMessages(*body);
    if (!chat) return std::unexpected(chat.error());
    const auto tokens = tokensOfChat(call, *chat);
    if (!tokens) return std::unexpected(tokens.error());
    call.send({{"input_tokens", *tokens}});
    return {};
}

} // namespace corral::server
