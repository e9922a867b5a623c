#include "core/sample/grammar/grammar_states.h"

#include "core/sample/grammar/token_trie.h"

#include <algorithm>

namespace corral::sample {

namespace {

std::uint64_t mixed(std::uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    x *= 0xBF58476D1CE4E5B9u;
    return x ^ x >> 32;
}

struct Reach {
    unsigned char low, high;
    std::uint32_t node, below;
};

} // namespace

GrammarStates::GrammarStates(std::shared_ptr<const Grammar> grammar) : m_grammar(std::move(grammar))
{
    m_stackTable.resize(1024);
    m_found.clear();
    internState(false); // kDead
}

std::uint32_t GrammarStates::intern(Stack stack)
{
    const std::uint64_t mask = m_stackTable.size() - 1;
    std::uint64_t at = mixed(std::uint64_t{stack.below} << 32 | stack.node) & mask;
    for (; m_stackTable[at] != 0; at = (at + 1) & mask)
        if (m_stacks[m_stackTable[at] - 1] == stack) return m_stackTable[at] - 1;
    m_stacks.push_back(stack);
    m_seen.push_back(0);
    m_stackTable[at] = static_cast<std::uint32_t>(m_stacks.size());
    if (m_stacks.size() * 2 > m_stackTable.size()) growStacks();
    return static_cast<std::uint32_t>(m_stacks.size() - 1);
}

void GrammarStates::growStacks()
{
    std::vector<std::uint32_t> table(m_stackTable.size() * 2);
    const std::uint64_t mask = table.size() - 1;
    for (std::uint32_t i = 0; i < m_stacks.size(); ++i) {
        std::uint64_t at = mixed(std::uint64_t{m_stacks[i].below} << 32 | m_stacks[i].node) & mask;
        while (table[at] != 0) at = (at + 1) & mask;
        table[at] = i + 1;
    }
    m_stackTable.swap(table);
}

GrammarStates::Id GrammarStates::start()
{
    const Stack first{m_grammar->root(), kBottom};
    return close({&first, 1});
}

GrammarStates::Id GrammarStates::close(std::span<const Stack> targets)
{
    if (m_exhausted) return kDead;
    using Kind = Grammar::Kind;
    ++m_round;
    m_work.clear();
    m_found.clear();
    bool mayEnd = false;
    const auto reach = [this](Stack stack) {
        const std::uint32_t id = intern(stack);
        if (m_seen[id] == m_round) return;
        m_seen[id] = m_round;
        m_work.push_back(id);
    };
    for (const Stack& target : targets) reach(target);
    while (!m_work.empty()) {
        if (++m_steps > kMostSteps) {
            m_exhausted = true;
            return kDead;
        }
        const std::uint32_t id = m_work.back();
        m_work.pop_back();
        const Stack stack = m_stacks[id];
        const Grammar::Node& node = m_grammar->node(stack.node);
        switch (node.kind) {
        case Kind::Bytes:
        case Kind::Token: m_found.push_back(id); break;
        case Kind::Split:
            for (const std::uint32_t option : m_grammar->options(node)) reach({option, stack.below});
            break;
        case Kind::Call: {
            // A call that ends its rule leaves nothing to come back to: lists stay as deep as they are nested.
            const bool isLast = m_grammar->node(node.next).kind == Kind::Return;
            const std::uint32_t below = isLast ? stack.below : intern({node.next, stack.below});
            reach({m_grammar->start(node.first), below});
            break;
        }
        case Kind::Return:
            if (stack.below == kBottom) mayEnd = true;
            else reach(m_stacks[stack.below]);
            break;
        }
    }
    std::ranges::sort(m_found);
    return internState(mayEnd);
}

// The state of m_found.
GrammarStates::Id GrammarStates::internState(bool mayEnd)
{
    std::uint64_t hash = mayEnd ? 1 : 0;
    for (const std::uint32_t id : m_found) hash = mixed(hash + id + 0x632BE59BD9B4E019u);
    const auto [begin, end] = m_stateOf.equal_range(hash);
    for (auto i = begin; i != end; ++i)
        if (m_states[i->second].mayEnd == mayEnd && std::ranges::equal(membersOf(i->second), m_found)) return i->second;
    State state{.first = static_cast<std::uint32_t>(m_members.size()), .count = static_cast<std::uint32_t>(m_found.size()), .hash = hash, .mayEnd = mayEnd,
                .hasTokens = false, .row = nullptr};
    for (const std::uint32_t id : m_found) state.hasTokens |= m_grammar->node(m_stacks[id].node).kind == Grammar::Kind::Token;
    m_members.insert(m_members.end(), m_found.begin(), m_found.end());
    m_steps += 8 + state.count;
    const auto id = static_cast<Id>(m_states.size());
    m_states.push_back(std::move(state));
    m_stateOf.emplace(hash, id);
    return id;
}

const GrammarStates::Row& GrammarStates::row(Id id)
{
    if (m_states[id].row) return *m_states[id].row;
    auto row = std::make_unique<Row>();
    ++m_rows;
    m_steps += 32;
    std::vector<Reach> reaches;
    std::array<bool, 257> begins{};
    for (const std::uint32_t member : membersOf(id)) {
        const Stack stack = m_stacks[member];
        const Grammar::Node& node = m_grammar->node(stack.node);
        if (node.kind != Grammar::Kind::Bytes) continue;
        for (const Grammar::Edge& edge : m_grammar->edges(node)) {
            reaches.push_back({edge.low, edge.high, edge.next, stack.below});
            begins[edge.low] = begins[edge.high + 1u] = true;
        }
    }
    m_lastTargets.clear();
    Id last = kDead;
    for (std::size_t byte = 0; byte < 256 && !reaches.empty();) {
        std::size_t end = byte + 1;
        while (end < 256 && !begins[end]) ++end;
        m_targets.clear();
        for (const Reach& r : reaches)
            if (r.low <= byte && byte <= r.high) m_targets.push_back({r.node, r.below});
        m_steps += static_cast<std::uint32_t>(reaches.size() / 8);
        if (!m_targets.empty()) {
            if (m_targets != m_lastTargets) {
                last = close(m_targets);
                m_lastTargets.swap(m_targets);
            }
            for (std::size_t b = byte; b < end; ++b) row->next[b] = last;
        }
        byte = end;
    }
    for (const char byte : {'a', '0', ' '})
        if (row->likely == kDead) row->likely = row->next[static_cast<unsigned char>(byte)];
    std::uint64_t all = 0, broken = 0;
    for (std::size_t byte = 0; byte < 256; ++byte) {
        const std::uint64_t group = std::uint64_t{1} << TokenTrie::groupOf(static_cast<unsigned char>(byte));
        all |= group;
        if (row->next[byte] != row->likely) broken |= group;
    }
    if (row->likely != kDead) row->uniform = all & ~broken;
    if (row->likely != kDead && charactersLeadTo(*row, row->likely)) row->uniform |= TokenTrie::kCharacters;
    m_states[id].row = std::move(row);
    return *m_states[id].row;
}

// Whether all sequences of so many continuation bytes, the first between low and high, lead to `target`.
bool GrammarStates::leadsTo(Id state, Id target, int bytes, unsigned char low, unsigned char high)
{
    if (bytes == 0) return state == target;
    if (state == kDead) return false;
    const Row& steps = row(state);
    const Id next = steps.next[low];
    for (int byte = low; byte <= high; ++byte)
        if (steps.next[static_cast<std::size_t>(byte)] != next) return false;
    return leadsTo(next, target, bytes - 1);
}

bool GrammarStates::charactersLeadTo(const Row& from, Id target)
{
    for (const unsigned lead : {0xC2u, 0xE1u, 0xF1u}) { // those whose continuation bytes are free
        const unsigned last = lead == 0xC2 ? 0xDF : lead == 0xE1 ? 0xEF : 0xF3;
        for (unsigned byte = lead; byte <= last; ++byte)
            if (byte != 0xED && from.next[byte] != from.next[lead]) return false;
        if (!leadsTo(from.next[lead], target, lead == 0xC2 ? 1 : lead == 0xE1 ? 2 : 3)) return false;
    }
    return leadsTo(from.next[0xE0], target, 2, 0xA0, 0xBF) && leadsTo(from.next[0xED], target, 2, 0x80, 0x9F) &&
           leadsTo(from.next[0xF0], target, 3, 0x90, 0xBF) && leadsTo(from.next[0xF4], target, 3, 0x80, 0x8F);
}

GrammarStates::Id GrammarStates::stepToken(Id state, Token token, bool isText, Id other)
{
    std::vector<Stack> targets;
    for (const std::uint32_t member : membersOf(state)) {
        const Stack stack = m_stacks[member];
        const Grammar::Node& node = m_grammar->node(stack.node);
        if (node.kind != Grammar::Kind::Token) continue;
        const bool isIt = node.first == static_cast<std::uint32_t>(token);
        if (node.negated ? isText && !isIt : isIt) targets.push_back({node.next, stack.below});
    }
    if (targets.empty()) return other;
    for (const std::uint32_t member : membersOf(other)) targets.push_back(m_stacks[member]);
    if (mayEnd(other)) targets.push_back({0, kBottom}); // node 0 is the return
    return close(targets);
}

void GrammarStates::markTokens(Id state, const TokenBits& all, TokenBits& bits) const
{
    for (const std::uint32_t member : membersOf(state)) {
        const Grammar::Node& node = m_grammar->node(m_stacks[member].node);
        if (node.kind != Grammar::Kind::Token) continue;
        const std::size_t word = node.first / 64;
        const std::uint64_t bit = std::uint64_t{1} << (node.first % 64);
        const bool was = word < bits.size() && (bits[word] & bit) != 0;
        if (node.negated)
            for (std::size_t i = 0; i < bits.size(); ++i) bits[i] |= all[i];
        if (word >= bits.size()) continue;
        if (!node.negated || was) bits[word] |= bit;
        else bits[word] &= ~bit;
    }
}

GrammarStates::Id GrammarStates::copyOf(const GrammarStates& other, Id state)
{
    std::unordered_map<std::uint32_t, std::uint32_t> copies; // by stack of the other
    std::vector<std::uint32_t> chain;
    const auto copy = [&](std::uint32_t from) {
        chain.clear();
        for (; from != kBottom && !copies.contains(from); from = other.m_stacks[from].below) chain.push_back(from);
        std::uint32_t below = from == kBottom ? kBottom : copies[from];
        for (; !chain.empty(); chain.pop_back()) below = copies[chain.back()] = intern({other.m_stacks[chain.back()].node, below});
        return below;
    };
    std::vector<std::uint32_t> members;
    for (const std::uint32_t member : other.membersOf(state)) members.push_back(copy(member));
    std::ranges::sort(members);
    m_found = std::move(members);
    return internState(other.mayEnd(state));
}

} // namespace corral::sample
