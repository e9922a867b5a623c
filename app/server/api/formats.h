#pragma once
// The words of each family of endpoints for the same answers (facts: server, 3 and 4).
#include "app/server/api/answering.h"

namespace corral::server {

struct FormatContext {
    const engine::Service& service;
    CompletionRequest request;
    std::string model; // as it is to be called
};

// POST /completion
std::unique_ptr<Format> nativeFormat(FormatContext context);
// Its whole answer to a choice, for those of other formats that are to be verbose. streamed: its text has been told.
Json nativeResult(const FormatContext& context, const Choice& choice, bool streamed);
// POST /v1/completions. prompts: their texts, for `echo`.
std::unique_ptr<Format> completionFormat(FormatContext context, std::vector<std::string> prompts);

// {"prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details"} of all choices; a prompt counts once for all its alternatives.
Json usageJson(std::span<const Choice> choices, int alternatives);
// "stop" or "length".
std::string_view finishReason(const generate::Outcome& outcome);
std::string_view fingerprint(); // of this program's version

} // namespace corral::server
