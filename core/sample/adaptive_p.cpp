#include "core/sample/draw.h"
#include "core/sample/step.h"

#include <algorithm>
#include <cmath>

namespace corral::sample {

namespace {

// Prefers candidates whose probability is near a target, and moves the target against the mean of what was chosen (§ 2.3 of the sheet).
class AdaptiveP final : public Selector {
public:
    AdaptiveP(const Params& params, std::uint32_t seed)
        : m_target(params.adaptiveTarget), m_decay(std::clamp(params.adaptiveDecay, 0.0f, 0.99f)), m_random(seed)
    {
    }

    Token select(Candidates& candidates) override
    {
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        m_original.clear();
        for (const Candidate& c : candidates.items) m_original.push_back(static_cast<float>(weight(c.logit, max) / total));

        const double target = m_weight > 0 ? std::clamp(2.0 * m_target - m_sum / m_weight, 0.0, 1.0) : static_cast<double>(m_target);
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            float& logit = candidates.items[i].logit;
            if (std::isinf(logit) && logit < 0) continue;
            constexpr double kWidth = 0.3, kPeak = 5, kSharpness = 10;
            const double d = std::abs(m_original[i] - target) / kWidth;
            logit = static_cast<float>(kPeak - kSharpness * d * d / (1 + d * d));
        }
        candidates.sorted = false;
        const std::size_t chosen = drawIndex(candidates, m_random);
        m_chosen = candidates.items[chosen].id;
        m_chosenP = m_original[chosen];
        return m_chosen;
    }

    void accept(Token token, bool isPrompt) override
    {
        if (isPrompt || token != m_chosen) return;
        m_sum = m_chosenP + m_decay * m_sum;
        m_weight = 1 + m_decay * m_weight;
        m_chosen = -1;
    }

    void reset() override
    {
        m_sum = m_weight = 0;
        m_chosen = -1;
        m_random.reset();
    }

private:
    float m_target;
    double m_decay;
    double m_sum = 0, m_weight = 0; // decaying: of the chosen ones' probabilities, and of their number
    Token m_chosen = -1;            // not yet accepted
    float m_chosenP = 0;            // before the change of logits
    std::vector<float> m_original;
    Random m_random;
};

} // namespace

std::unique_ptr<Selector> makeAdaptiveP(const Params& params, std::uint32_t seed)
{
    if (params.adaptiveTarget < 0) return makeDraw(seed);
    return std::make_unique<AdaptiveP>(params, seed);
}

} // namespace corral::sample
