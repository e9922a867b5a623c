#include "app/server/api/openai_responses.h"

namespace corral::server {

namespace {

const ChatProtocol kResponses{.chatOf = chatOfResponses, .format = responsesFormat};

} // namespace

Answered responses(const Call& call) { return answerChat(call, kResponses); }
Answered countResponseTokens(const Call& call) { return countChat(call, kResponses, {{"object", "response.input_tokens"}}); }

} // namespace corral::server
