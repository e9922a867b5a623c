#pragma once
// When a grammar holds: from the beginning, after the reasoning, or from a trigger on.
#include "core/sample/grammar/grammar_matcher.h"
#include "core/sample/grammar/trigger_pattern.h"
#include "core/sample/sampler.h"

#include <optional>
#include <string>
#include <vector>

namespace corral::sample {

class GrammarGate {
public:
    // Errors: a pattern that is no regular expression.
    static Result<std::unique_ptr<GrammarGate>> create(const GrammarParams& params, const Vocabulary& vocabulary);

    bool isActive() const { return m_phase == Phase::Active; }
    bool allows(Token token) { return m_matcher.allows(token); }
    const TokenBits& mask() { return m_matcher.mask(); }
    // The mask is empty. The grammar holds no longer, and failure() says why.
    void nothingAllowed();
    void accept(Token token);
    void reset();
    const std::optional<Error>& failure() const { return m_failure; }

private:
    enum class Phase { Free, Waiting, Active, Failed };
    struct Trigger {
        GrammarTrigger what;
        std::optional<TriggerPattern> pattern;
    };
    struct Piece {
        Token token;
        std::size_t offset; // in m_text
    };

    GrammarGate(const GrammarParams& params, std::shared_ptr<const TokenTrie> tokens);
    void awaitEnd(std::size_t fresh);
    void awaitTrigger(std::size_t fresh);
    bool activate(std::size_t offset);

    std::shared_ptr<const TokenTrie> m_tokens;
    GrammarMatcher m_matcher;
    std::vector<std::string> m_freeUntil;
    std::vector<Trigger> m_triggers;
    Phase m_phase = Phase::Active;
    std::string m_text; // while the grammar does not hold: what was written
    std::vector<Piece> m_pieces;
    std::optional<Error> m_failure;
};

} // namespace corral::sample
