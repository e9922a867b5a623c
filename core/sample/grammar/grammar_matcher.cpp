#include "core/sample/grammar/grammar_matcher.h"

#include <algorithm>

namespace corral::sample {

using Id = GrammarStates::Id;

GrammarMatcher::GrammarMatcher(std::shared_ptr<const Grammar> grammar, std::shared_ptr<const TokenTrie> tokens)
    : m_grammar(std::move(grammar)), m_tokens(std::move(tokens)), m_states(std::make_shared<GrammarStates>(m_grammar))
{
    reset();
}

void GrammarMatcher::reset()
{
    m_states->beginWork();
    m_state = m_states->start();
}

Id GrammarMatcher::after(Id state, std::string_view bytes)
{
    for (const char byte : bytes) {
        if (state == GrammarStates::kDead) break;
        state = m_states->row(state).next[static_cast<unsigned char>(byte)];
    }
    return state;
}

// Only by token elements may a token be read that ends the generation, or one without text.
Id GrammarMatcher::after(Token token)
{
    if (token < 0 || token >= m_tokens->size()) return GrammarStates::kDead;
    const std::string_view bytes = m_tokens->text(token);
    const bool isText = !m_tokens->isEnd(token) && !bytes.empty();
    const Id byText = isText ? after(m_state, bytes) : GrammarStates::kDead;
    return m_states->hasTokens(m_state) ? m_states->stepToken(m_state, token, isText, byText) : byText;
}

bool GrammarMatcher::allows(Token token)
{
    if (token < 0 || token >= m_tokens->size()) return false;
    if (m_tokens->isEnd(token) && mayEnd()) return true;
    if (const auto mask = m_states->masks.find(m_state); mask != m_states->masks.end())
        return (mask->second[static_cast<std::size_t>(token) / 64] >> (token % 64) & 1) != 0;
    m_states->beginWork();
    return after(token) != GrammarStates::kDead;
}

bool GrammarMatcher::accept(Token token)
{
    m_states->beginWork();
    const Id next = after(token);
    if (next == GrammarStates::kDead) {
        const bool ends = token >= 0 && token < m_tokens->size() && m_tokens->isEnd(token) && mayEnd();
        if (ends) m_state = GrammarStates::kDead;
        return ends;
    }
    m_state = next;
    tidy();
    return true;
}

bool GrammarMatcher::acceptText(std::string_view bytes)
{
    m_states->beginWork();
    const Id next = after(m_state, bytes);
    if (next == GrammarStates::kDead) return false;
    m_state = next;
    tidy();
    return true;
}

// Copies of this matcher go on with the old states.
void GrammarMatcher::tidy()
{
    if (!m_states->isLarge()) return;
    auto fresh = std::make_shared<GrammarStates>(m_grammar);
    m_state = fresh->copyOf(*m_states, m_state);
    m_states = std::move(fresh);
}

// Whether the bytes below a node of the trie, whatever they are, lead through states that treat them all alike: inside a text, counted or not.
bool GrammarMatcher::allowsAllBelow(std::size_t node, const GrammarStates::Row* row)
{
    const std::uint64_t groups = m_tokens->groupsBelow(node);
    for (int height = m_tokens->heightOf(node); height > 0; --height) {
        if ((groups & ~row->uniform) != 0) return false;
        const GrammarStates::Row* const next = &m_states->row(row->likely);
        if (next == row) return true;
        row = next;
    }
    return true;
}

// Ranges of ranks of the tokens that the state allows by their bytes.
void GrammarMatcher::walk(std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges)
{
    const auto nodes = m_tokens->nodes();
    const auto allow = [&](std::uint32_t first, std::uint32_t end) {
        if (first == end) return;
        if (!ranges.empty() && ranges.back().second == first) ranges.back().second = end;
        else ranges.emplace_back(first, end);
    };
    m_path.clear();
    m_path.push_back(&m_states->row(m_state));
    if (allowsAllBelow(0, m_path[0])) return allow(0, nodes.back().rank);
    for (std::size_t i = 1; i + 1 < nodes.size();) {
        const TokenTrie::Node& node = nodes[i];
        const Id state = m_path[node.depth - 1u]->next[node.byte];
        if (state == GrammarStates::kDead) {
            i = node.end;
            continue;
        }
        if (node.end == i + 1) { // nothing below
            allow(node.rank, nodes[i + 1].rank);
            ++i;
            continue;
        }
        const GrammarStates::Row& row = m_states->row(state);
        if (m_states->isExhausted()) return;
        if (allowsAllBelow(i, &row)) {
            allow(node.rank, nodes[node.end].rank);
            i = node.end;
            continue;
        }
        allow(node.rank, nodes[i + 1].rank);
        m_path.resize(node.depth);
        m_path.push_back(&row);
        ++i;
    }
}

const TokenBits& GrammarMatcher::mask()
{
    constexpr std::size_t kMostMasks = 512;
    auto& masks = m_states->masks;
    if (const auto known = masks.find(m_state); known != masks.end()) return known->second;
    if (masks.size() >= kMostMasks) masks.clear();

    m_states->beginWork();
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
    if (m_state != GrammarStates::kDead) walk(ranges);
    if (isExhausted()) ranges.clear();
    std::size_t count = 0;
    for (const auto& [first, end] : ranges) count += end - first;

    const auto byRank = m_tokens->tokensByRank();
    const bool most = count > byRank.size() / 2;
    TokenBits bits(m_tokens->words());
    if (most) bits = m_tokens->all();
    const auto flip = [&](std::size_t first, std::size_t end) {
        for (std::size_t rank = first; rank < end; ++rank) bits[static_cast<std::size_t>(byRank[rank]) / 64] ^= std::uint64_t{1} << (byRank[rank] % 64);
    };
    std::size_t behind = 0; // the end of the last range
    for (const auto& [first, end] : ranges) {
        if (most) flip(behind, first);
        else flip(first, end);
        behind = end;
    }
    if (most) flip(behind, byRank.size());

    if (m_states->hasTokens(m_state)) m_states->markTokens(m_state, m_tokens->all(), bits);
    if (mayEnd())
        for (const Token token : m_tokens->ends()) bits[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (token % 64);
    return masks.emplace(m_state, std::move(bits)).first->second;
}

} // namespace corral::sample
