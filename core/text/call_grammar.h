#pragma once
// The grammar that holds a model to its own format of calls, with arguments that fit the tools' parameter schemas (facts/sampling-and-chat.md § 6).
//
//   auto grammar = grammarOfCalls(format, tools, {.required = true});
//   params.grammar = {.rules = *sample::Grammar::parse(grammar->gbnf, trie), .triggers = words of grammar->triggers, .freeUntil = grammar->freeUntil};
#include "core/base/error.h"
#include "core/text/answer_format.h"
#include "core/text/chat_template.h"

#include <string>
#include <vector>

namespace corral::text {

struct CallGrammar {
    std::string gbnf = {};
    // tool_choice "auto": the grammar sleeps until one of these words appears, or (patterns) one of these regular expressions matches. Empty if calls
    // are required.
    std::vector<std::string> triggers = {}, triggerPatterns = {};
    // Not empty: the reasoning, which ends with one of these, is not held to the grammar.
    std::vector<std::string> freeUntil = {};
};

struct CallGrammarOptions {
    bool required = false;        // at least one call, and nothing else
    bool parallel = true;         // more than one is allowed
    bool insideReasoning = false; // the prompt has opened it
};

// `tools` is OpenAI's list. Errors are InvalidArgument: a tool without a name, a schema that is none. Unsupported: the format has no calls.
Result<CallGrammar> grammarOfCalls(const AnswerFormat& format, const Json& tools, const CallGrammarOptions& options);

} // namespace corral::text
