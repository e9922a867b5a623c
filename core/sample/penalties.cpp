#include "core/sample/step.h"

namespace corral::sample {

namespace {

// Tokens of the last n are made less likely. The repetition penalty is that of Keskar et al. 2019 (CTRL), the other two those of OpenAI.
class Penalties final : public Step {
public:
    Penalties(const Params& params, std::int32_t vocabularySize)
        : m_lastN(params.penaltyLastN), m_repeat(params.penaltyRepeat), m_frequency(params.penaltyFrequency),
          m_presence(params.penaltyPresence), m_counts(static_cast<std::size_t>(vocabularySize))
    {
        if (m_lastN > 0) m_window.resize(static_cast<std::size_t>(m_lastN), -1);
    }

    void apply(Candidates& candidates) override
    {
        for (Candidate& c : candidates.items) {
            const std::int32_t count = m_counts[static_cast<std::size_t>(c.id)];
            if (count == 0) continue;
            c.logit = c.logit <= 0 ? c.logit * m_repeat : c.logit / m_repeat;
            c.logit = lowered(c.logit, static_cast<float>(count) * m_frequency + m_presence);
            candidates.sorted = false;
        }
    }

    void accept(Token token, bool) override
    {
        if (token < 0 || static_cast<std::size_t>(token) >= m_counts.size()) return;
        ++m_counts[static_cast<std::size_t>(token)];
        if (m_lastN < 0) return; // everything counts, nothing leaves
        Token& oldest = m_window[m_next];
        if (oldest >= 0) --m_counts[static_cast<std::size_t>(oldest)];
        oldest = token;
        m_next = (m_next + 1) % m_window.size();
    }

    void reset() override
    {
        m_counts.assign(m_counts.size(), 0);
        m_window.assign(m_window.size(), -1);
        m_next = 0;
    }

private:
    int m_lastN;
    float m_repeat, m_frequency, m_presence;
    std::vector<std::int32_t> m_counts; // of each token within the window
    std::vector<Token> m_window;        // a ring of the last n; −1: not yet used
    std::size_t m_next = 0;
};

} // namespace

std::unique_ptr<Step> makePenalties(const Params& params, const Vocabulary& vocabulary)
{
    const bool neutral = params.penaltyRepeat == 1 && params.penaltyFrequency == 0 && params.penaltyPresence == 0;
    if (params.penaltyLastN == 0 || neutral) return nullptr;
    return std::make_unique<Penalties>(params, vocabulary.size);
}

} // namespace corral::sample
