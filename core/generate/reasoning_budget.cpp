#include "core/generate/reasoning_budget.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace corral::generate {

namespace {

constexpr std::size_t kMostOfCharacter = 4; // bytes

// Whether the text's last character is there as a whole, as far as its first byte tells.
bool endsWhole(std::string_view text)
{
    for (std::size_t back = 1; back <= std::min(kMostOfCharacter, text.size()); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80) continue; // inside a character
        return text::sequenceLength(byte) <= back;
    }
    return true;
}

} // namespace

ReasoningBudget::ReasoningBudget(ReasoningLimit limit) : m_limit(std::move(limit))
{
    if (m_limit.inside) enter();
}

std::optional<text::Token> ReasoningBudget::forced() const
{
    return m_state == State::Ending ? std::optional(m_limit.ending[m_next]) : std::nullopt;
}

bool ReasoningBudget::find(std::string_view tag)
{
    const std::size_t at = tag.empty() ? std::string::npos : m_tail.find(tag);
    if (at == std::string::npos) {
        const std::size_t kept = std::max(tag.size(), kMostOfCharacter);
        if (m_tail.size() > kept) m_tail.erase(0, m_tail.size() - kept);
        return false;
    }
    m_tail.erase(0, at + tag.size());
    return true;
}

void ReasoningBudget::enter()
{
    m_state = State::Inside;
    m_spent = 0;
    m_endAsked = false;
    endIfUsedUp();
}

void ReasoningBudget::endIfUsedUp()
{
    const bool isUsedUp = m_endAsked || (m_limit.tokens >= 0 && m_spent >= m_limit.tokens);
    if (!isUsedUp || m_limit.ending.empty() || !endsWhole(m_tail)) return;
    m_state = State::Ending;
    m_next = 0;
}

void ReasoningBudget::accept(std::string_view bytes)
{
    if (m_state == State::Ending) {
        if (++m_next < m_limit.ending.size()) return;
        m_state = State::Outside;
        m_tail.clear();
        return;
    }
    m_tail += bytes;
    if (m_state == State::Outside) {
        if (find(m_limit.open)) enter();
    } else if (find(m_limit.close)) {
        m_state = State::Outside;
    } else {
        ++m_spent;
        endIfUsedUp();
    }
}

void ReasoningBudget::endNow()
{
    if (m_state != State::Inside) return;
    m_endAsked = true;
    endIfUsedUp();
}

} // namespace corral::generate
