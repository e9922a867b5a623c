#pragma once
// A grammar against tokens: which may come next, and going on with one. Testing one token costs its bytes; the mask of all of them is found by
// walking the vocabulary's trie once, and kept for the state.
//
// Copies are cheap: they share what has been found about the grammar. All copies belong to one thread.
#include "core/sample/grammar/grammar_states.h"
#include "core/sample/grammar/token_trie.h"

#include <memory>
#include <string_view>

namespace corral::sample {

class GrammarMatcher {
public:
    GrammarMatcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTrie> tokens);

    // Tokens that end the generation are allowed where the grammar may end.
    bool allows(Token token);
    // A bit for each token that is allowed; valid until the next call.
    const TokenBits& mask();
    // Goes on with it; false, and nothing has changed, where it is not allowed.
    bool accept(Token token);
    // The same for text that is not (or not wholly) a token.
    bool acceptText(std::string_view bytes);
    bool mayEnd() const { return m_states->mayEnd(m_state); }
    void reset();

    // The grammar was too ambiguous to be followed: it had to read too many ways at once. Nothing is allowed any more.
    bool isExhausted() const { return m_states->isExhausted(); }

private:
    GrammarStates::Id after(GrammarStates::Id state, std::string_view bytes);
    GrammarStates::Id after(Token token);
    bool allowsAllBelow(std::size_t node, const GrammarStates::Row* row);
    void walk(std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges);
    void tidy();

    std::shared_ptr<const Grammar> m_grammar;
    std::shared_ptr<const TokenTrie> m_tokens;
    std::shared_ptr<GrammarStates> m_states;
    GrammarStates::Id m_state = GrammarStates::kDead;
    std::vector<const GrammarStates::Row*> m_path; // by depth in the trie
};

} // namespace corral::sample
