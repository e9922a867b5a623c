#pragma once
// Chats, whatever protocol they come in: its body is first turned into one of /v1/chat/completions, and its Format puts the answer into its own words.
#include "app/server/api/chat_format.h"
#include "app/server/api/chat_request.h"

namespace corral::server {

using MakeFormat = std::unique_ptr<Format> (*)(FormatContext context, AnswerReading reading);
Answered answerChat(const Call& call, const Json& body, MakeFormat make);
// Of the prompt.
ApiResult<std::size_t> tokensOfChat(const Call& call, const Json& body);

} // namespace corral::server
