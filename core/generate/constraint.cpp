#include "core/generate/constraint.h"

#include <algorithm>

namespace corral::generate {

Result<sample::GrammarParams> constraintOf(const std::string& gbnf, const sample::Vocabulary& vocabulary, std::vector<std::string> freeUntil)
{
    auto rules = sample::Grammar::parse(gbnf, vocabulary.trie().get());
    if (!rules) return std::unexpected(rules.error());
    return sample::GrammarParams{.rules = std::move(*rules), .triggers = {}, .freeUntil = std::move(freeUntil)};
}

Result<sample::GrammarParams> constraintOf(const text::CallGrammar& calls, const sample::Vocabulary& vocabulary)
{
    auto params = constraintOf(calls.gbnf, vocabulary, calls.freeUntil);
    if (!params) return params;
    using Kind = sample::GrammarTrigger::Kind;
    for (const std::string& word : calls.triggers) params->triggers.push_back({.kind = Kind::Word, .text = word});
    for (const std::string& pattern : calls.triggerPatterns) params->triggers.push_back({.kind = Kind::Pattern, .text = pattern});
    return params;
}

std::vector<Token> markerTokens(const text::AnswerFormat& format, const text::Tokenizer& tokenizer)
{
    std::vector<Token> out;
    for (const std::string& marker : format.markers()) {
        const std::vector<Token> tokens = tokenizer.encode(marker, {.addSpecial = false, .parseSpecial = true});
        for (const Token token : tokens) // "<|channel>thought" is a control token and a word
            if ((tokenizer.attributes(token) & text::kControl) != 0) out.push_back(token);
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

} // namespace corral::generate
