#pragma once
// What a chat template can show, found by rendering small conversations and looking for what went in.
#include "core/text/chat_template.h"

namespace corral::text {

struct TemplateCapabilities {
    bool tools = false, toolCalls = false, parallelToolCalls = false;
    bool systemRole = false;
    bool stringContent = false, typedContent = false; // a message's content as a text, as a list of parts
    bool objectArguments = false;                     // a call's arguments as an object
    bool preserveReasoning = false;                   // of earlier answers, if it is asked to (preserve_thinking)
    bool reasoningEffort = false;
};
TemplateCapabilities capabilitiesOf(const ChatTemplate& chatTemplate);

} // namespace corral::text
