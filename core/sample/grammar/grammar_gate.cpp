#include "core/sample/grammar/grammar_gate.h"

#include <algorithm>

namespace corral::sample {

Result<std::unique_ptr<GrammarGate>> GrammarGate::create(const GrammarParams& params, const Vocabulary& vocabulary)
{
    std::unique_ptr<GrammarGate> gate(new GrammarGate(params, vocabulary.trie()));
    for (const GrammarTrigger& trigger : params.triggers) {
        Trigger made{.what = trigger, .pattern = std::nullopt};
        using Kind = GrammarTrigger::Kind;
        if (trigger.kind == Kind::Word && trigger.text.empty()) return fail(ErrorCode::InvalidArgument, "a grammar's trigger is an empty word");
        if (trigger.kind == Kind::Pattern || trigger.kind == Kind::FullPattern) {
            auto pattern = TriggerPattern::compile(trigger.text, trigger.kind == Kind::FullPattern);
            if (!pattern) return std::unexpected(pattern.error());
            made.pattern = std::move(*pattern);
        }
        gate->m_triggers.push_back(std::move(made));
    }
    gate->reset();
    return gate;
}

GrammarGate::GrammarGate(const GrammarParams& params, std::shared_ptr<const TokenTrie> tokens)
    : m_tokens(std::move(tokens)), m_matcher(params.rules, m_tokens), m_freeUntil(params.freeUntil)
{
}

void GrammarGate::reset()
{
    m_matcher.reset();
    m_phase = !m_freeUntil.empty() ? Phase::Free : !m_triggers.empty() ? Phase::Waiting : Phase::Active;
    m_text.clear();
    m_pieces.clear();
    m_failure.reset();
}

void GrammarGate::nothingAllowed()
{
    m_phase = Phase::Failed;
    m_failure = Error{ErrorCode::InvalidArgument, m_matcher.isExhausted() ? "the grammar is too ambiguous to be followed"
                                                                          : "the grammar allows no token of this model here, and not the end either"};
}

void GrammarGate::accept(Token token)
{
    if (m_phase == Phase::Failed || token < 0 || token >= m_tokens->size()) return;
    if (m_phase == Phase::Active) {
        if (!m_matcher.accept(token) && m_matcher.isExhausted()) nothingAllowed();
        return;
    }
    const std::size_t before = m_text.size();
    m_pieces.push_back({token, before});
    m_text += m_tokens->text(token);
    if (m_phase == Phase::Free) awaitEnd(before);
    else awaitTrigger(before);
}

// `fresh`: where in the text the new token begins.
void GrammarGate::awaitEnd(std::size_t fresh)
{
    std::size_t begin = std::string::npos, end = 0;
    for (const std::string& text : m_freeUntil) {
        const std::size_t found = m_text.find(text, fresh - std::min(fresh, text.size()));
        if (found >= begin) continue;
        begin = found;
        end = found + text.size();
    }
    if (begin == std::string::npos) return;
    if (m_triggers.empty()) {
        m_phase = Phase::Active;
        m_matcher.acceptText(std::string_view(m_text).substr(end)); // the rest of the token; what of it does not fit was written before the grammar
        return;
    }
    m_phase = Phase::Waiting;
    m_text.erase(0, begin);
    std::vector<Piece> kept;
    for (const Piece& piece : m_pieces)
        if (piece.offset >= begin) kept.push_back({piece.token, piece.offset - begin});
    m_pieces = std::move(kept);
    awaitTrigger(0);
}

void GrammarGate::awaitTrigger(std::size_t fresh)
{
    for (const Trigger& trigger : m_triggers) {
        std::optional<std::size_t> begin;
        if (trigger.what.kind == GrammarTrigger::Kind::Token) {
            for (const Piece& piece : m_pieces)
                if (piece.offset >= fresh && piece.token == trigger.what.token) begin = piece.offset;
        } else if (trigger.what.kind == GrammarTrigger::Kind::Word) {
            const std::size_t found = m_text.find(trigger.what.text, fresh - std::min(fresh, trigger.what.text.size()));
            if (found != std::string::npos) begin = found;
        } else {
            begin = trigger.pattern->find(m_text);
        }
        if (begin && activate(*begin)) return;
    }
}

// Gives the grammar what was written from `offset` on. Where it refuses that, the trigger was none.
bool GrammarGate::activate(std::size_t offset)
{
    bool fits = true;
    const auto first = std::ranges::lower_bound(m_pieces, offset, {}, &Piece::offset);
    const std::size_t whole = first == m_pieces.end() ? m_text.size() : first->offset;
    if (whole > offset) fits = m_matcher.acceptText(std::string_view(m_text).substr(offset, whole - offset)); // the end of a token
    for (auto piece = first; fits && piece != m_pieces.end(); ++piece) fits = m_matcher.accept(piece->token);
    if (!fits) {
        m_matcher.reset();
        return false;
    }
    m_phase = Phase::Active;
    m_text.clear();
    m_pieces.clear();
    return true;
}

} // namespace corral::sample
