#pragma once
// A chat request (facts: server, 4.1): messages, tools and what the template is given.
#include "app/server/api/call.h"

namespace corral::server {

struct ChatRequest {
    CompletionRequest completion;
    text::ChatInput input;
    std::string continued;     // of the assistant, which the answer goes on with; empty: it begins anew
    std::string reasoningFormat;
    std::string toolChoice = "auto"; // auto, none, required
    bool parallelTools = true;
    Json answerSchema;         // of response_format or json_schema; null: free
    std::string grammar;       // GBNF, of the schema too; empty: none
    int reasoningBudget = -1;  // most tokens of reasoning; -1: any number
    std::string reasoningEnd;  // said when they are used up
};

ApiResult<ChatRequest> readChatRequest(const Call& call, const Json& body);

// The prompt: rendered, with what the answer goes on with.
ApiResult<engine::RenderedPrompt> renderChat(const Call& call, const ChatRequest& request);
ApiResult<std::string> renderChatText(const Call& call, const ChatRequest& request);

} // namespace corral::server
