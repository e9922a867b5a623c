#pragma once
// Where the grammars of core/text meet the sampler of core/sample.
#include "core/generate/answer.h"
#include "core/text/answer_format.h"
#include "core/text/call_grammar.h"

#include <string>
#include <vector>

namespace corral::generate {

// A grammar that holds from the beginning, or from the end of the reasoning on (`freeUntil`, any of these texts). Parse once, use for many answers.
Result<sample::GrammarParams> constraintOf(const std::string& gbnf, const sample::Vocabulary& vocabulary, std::vector<std::string> freeUntil = {});
// The grammar of tool calls, asleep until it is needed if it has triggers.
Result<sample::GrammarParams> constraintOf(const text::CallGrammar& calls, const sample::Vocabulary& vocabulary);
// The tokens that spell a format's markers: GenerateOptions::shown for an AnswerParser.
std::vector<Token> markerTokens(const text::AnswerFormat& format, const text::Tokenizer& tokenizer);

} // namespace corral::generate
