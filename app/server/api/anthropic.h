#pragma once
// POST /v1/messages: a message of blocks, and the events of one (facts: server, 5.2).
#include "app/server/api/chat.h"

namespace corral::server {

// Its body as one of a chat.
ApiResult<Json> chatOfMessages(const Json& body);
std::unique_ptr<Format> anthropicFormat(FormatContext context, AnswerReading reading);
// {"type": "error", "error": {"type", "message", "code"}}
Json anthropicError(const ApiError& error);

} // namespace corral::server
