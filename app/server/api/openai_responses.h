#pragma once
// POST /v1/responses: an answer as a list of items, and the events of one (facts: server, 5.1).
#include "app/server/api/chat.h"

namespace corral::server {

// Its body as one of a chat.
ApiResult<Json> chatOfResponses(const Json& body);
std::unique_ptr<Format> responsesFormat(FormatContext context, AnswerReading reading);

// A call is known to clients as "call_…", to the model by what is behind that.
inline constexpr std::string_view kCallPrefix = "call_";

} // namespace corral::server
