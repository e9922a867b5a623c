#pragma once
// What completion requests of all kinds share: the native fields (facts: server, 3.1) as options of the engine.
#include "app/server/api/fields.h"
#include "core/engine/service.h"

#include <vector>

namespace corral::server {

struct CompletionRequest {
    generate::GenerateOptions options;
    int alternatives = 1;      // n
    int slot = -1;
    bool reuse = true;         // cache_prompt
    bool stream = false;
    bool includeUsage = false; // a chunk of its own at the stream's end
    bool timingsPerToken = false;
    bool returnTokens = false;
    bool returnProgress = false;
    bool echo = false;
    bool verbose = false;          // a native answer goes along as "__verbose"
    bool reasoningControl = false; // its reasoning may be ended from outside
    std::vector<std::string> responseFields; // paths ("timings/prompt_ms") that a native answer is restricted to; none: everything
    int pingSeconds = 30;      // of silence in a stream; below 1: never
    std::string model;         // as the client wrote it; empty: the server's name of it
};

// The fields beyond prompt or messages, without grammars. `usual` are the server's defaults; `service` knows the vocabulary and the number of slots.
ApiResult<CompletionRequest> readCompletionRequest(const Json& body, const CompletionRequest& usual, const engine::Service& service);

// `prompt` in all its shapes: a string, token ids, a mixture, or a list of any of those.
ApiResult<std::vector<std::vector<generate::Token>>> readPrompts(const Json& prompt, const text::Tokenizer& tokenizer);

// Holds the answer to a grammar, from the end of its reasoning on if it has any. What is wrong with it: 400.
ApiResult<void> holdTo(generate::GenerateOptions& options, const std::string& gbnf, const engine::Service& service, std::vector<std::string> freeUntil = {});

// The effective parameters, by the names the request has for them.
Json settings(const CompletionRequest& request);

} // namespace corral::server
