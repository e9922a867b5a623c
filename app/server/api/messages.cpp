#include "app/server/api/anthropic.h"

namespace corral::server {

namespace {

const ChatProtocol kAnthropic{.chatOf = chatOfMessages, .format = anthropicFormat};

} // namespace

Answered messages(const Call& call) { return answerChat(call, kAnthropic); }
Answered countMessageTokens(const Call& call) { return countChat(call, kAnthropic); }

} // namespace corral::server
