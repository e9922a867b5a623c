#pragma once
// The automaton made deterministic while it runs: a state is the set of stacks that the bytes read so far may have led to, numbered when it is
// met first; its step for each byte is then one look-up. Stacks share their tails, so a state is a row of numbers.
#include "core/sample/grammar/grammar.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace corral::sample {

using TokenBits = std::vector<std::uint64_t>; // a bit for each token of the vocabulary

class GrammarStates {
public:
    using Id = std::uint32_t;
    static constexpr Id kDead = 0; // no stack is left
    // What one call of the matcher may cost (about 60 ms and 60 MB) before the grammar counts as too ambiguous.
    static constexpr std::uint32_t kMostSteps = 1 << 21;

    explicit GrammarStates(std::shared_ptr<const Grammar> grammar);

    struct Row {
        std::array<Id, 256> next{};
        Id likely = kDead;         // where letters, or else digits or spaces, lead
        std::uint64_t uniform = 0; // groups of bytes (TokenTrie::groupOf) all of which lead there; kCharacters: every character beyond ASCII does
    };

    Id start();
    const Row& row(Id state);
    bool mayEnd(Id state) const { return m_states[state].mayEnd; }
    bool hasTokens(Id state) const { return m_states[state].hasTokens; } // elements that are one token
    // The state after `token` is read through token elements, together with all stacks of `other`. Only what is text can be meant by "any token but".
    Id stepToken(Id state, Token token, bool isText, Id other);
    // Sets the bits of the tokens that token elements of the state allow; `all`: the tokens that a negated one may mean.
    void markTokens(Id state, const TokenBits& all, TokenBits& bits) const;

    // Steps are counted from here on; once there were too many, every further state is kDead.
    void beginWork() { m_steps = 0; }
    bool isExhausted() const { return m_exhausted; }

    // So much has been gathered that beginning anew with copyOf() is better.
    bool isLarge() const { return m_stacks.size() > (1u << 20) || m_rows > (1u << 14); }
    Id copyOf(const GrammarStates& other, Id state);

    std::unordered_map<Id, TokenBits> masks; // kept by the matcher

private:
    static constexpr std::uint32_t kBottom = 0xFFFFFFFF; // below the last return

    struct Stack { // a place, and below it where to go on when its rule ends
        std::uint32_t node = 0, below = kBottom;
        bool operator==(const Stack&) const = default;
    };
    struct State {
        std::uint32_t first = 0, count = 0; // in m_members
        std::uint64_t hash = 0;
        bool mayEnd = false, hasTokens = false;
        std::unique_ptr<Row> row;
    };

    std::span<const std::uint32_t> membersOf(Id state) const { return std::span(m_members).subspan(m_states[state].first, m_states[state].count); }
    bool leadsTo(Id state, Id target, int bytes, unsigned char low = 0x80, unsigned char high = 0xBF);
    bool charactersLeadTo(const Row& row, Id target);
    std::uint32_t intern(Stack stack);
    void growStacks();
    // The state of everything that can be reached from `targets` without reading.
    Id close(std::span<const Stack> targets);
    Id internState(bool mayEnd);

    std::shared_ptr<const Grammar> m_grammar;
    std::vector<Stack> m_stacks;
    std::vector<std::uint32_t> m_stackTable; // open addressing: index + 1
    std::vector<std::uint32_t> m_seen;       // by stack: the last close() that met it
    std::uint32_t m_round = 0;
    std::vector<std::uint32_t> m_members;
    std::vector<State> m_states;
    std::unordered_multimap<std::uint64_t, Id> m_stateOf; // by hash
    std::vector<std::uint32_t> m_work, m_found;
    std::vector<Stack> m_targets, m_lastTargets;
    std::uint32_t m_steps = 0, m_rows = 0;
    bool m_exhausted = false;
};

} // namespace corral::sample
