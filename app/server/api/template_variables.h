#pragma once
// What wishes about reasoning are called by chat templates (facts: sampling-and-chat, 5.2).
#include "core/text/chat_template.h"

#include <string>

namespace corral::server {

inline void setReasoningEffort(text::Json& variables, const std::string& effort)
{
    for (const char* name : {"reasoning_effort", "reasoning_strength"}) variables[name] = effort;
}

// Whether the reasoning of earlier answers is kept in the prompt.
inline void setReasoningPreserved(text::Json& variables, bool preserved)
{
    variables["preserve_thinking"] = preserved;
    for (const char* name : {"clear_thinking", "truncate_history_thinking", "drop_thinking"}) variables[name] = !preserved;
}

} // namespace corral::server
