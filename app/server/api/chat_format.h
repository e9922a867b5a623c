#pragma once
// POST /v1/chat/completions: messages, and deltas of them (facts: server, 4.2).
#include "app/server/api/formats.h"
#include "core/text/answer_parser.h"

namespace corral::server {

// How the model's text is taken apart.
struct AnswerReading {
    text::AnswerFormat format;
    text::AnswerParser::Options options;
};
std::unique_ptr<Format> chatFormat(FormatContext context, AnswerReading reading);

} // namespace corral::server
