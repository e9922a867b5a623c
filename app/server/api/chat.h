#pragma once
// Chats, whatever protocol they come in.
#include "app/server/api/chat_format.h"
#include "app/server/api/chat_request.h"

namespace corral::server {

struct ChatProtocol {
    ApiResult<Json> (*chatOf)(const Json& body); // its body as one of /v1/chat/completions
    std::unique_ptr<Format> (*format)(FormatContext context, AnswerReading reading); // its words for the answer
};
Answered answerChat(const Call& call, const ChatProtocol& protocol);
Answered countChat(const Call& call, const ChatProtocol& protocol, Json told = Json::object()); // its prompt's tokens: `told` with "input_tokens"

} // namespace corral::server
