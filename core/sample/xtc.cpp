#include "core/sample/random.h"
#include "core/sample/step.h"

#include <algorithm>

namespace corral::sample {

namespace {

// "Exclude top choices": now and then all the probable candidates but the least probable of them are dropped.
class Xtc final : public Step {
public:
    Xtc(const Params& params, std::uint32_t seed)
        : m_probability(params.xtcProbability), m_threshold(params.xtcThreshold),
          m_minKeep(static_cast<std::size_t>(std::max(0, params.minKeep))), m_random(seed)
    {
    }

    void apply(Candidates& candidates) override
    {
        if (candidates.size() < 2 || m_random.nextFloat() > m_probability) return;
        sortAll(candidates);
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        std::size_t above = 0; // candidates of at least the threshold
        while (above < candidates.size() && weight(candidates.items[above].logit, max) / total >= m_threshold) ++above;
        if (above < 2 || candidates.size() - (above - 1) < m_minKeep) return;
        candidates.items.erase(candidates.items.begin(), candidates.items.begin() + static_cast<std::ptrdiff_t>(above - 1));
    }

    void reset() override { m_random.reset(); }

private:
    float m_probability, m_threshold;
    std::size_t m_minKeep;
    Random m_random;
};

} // namespace

std::unique_ptr<Step> makeXtc(const Params& params, std::uint32_t seed)
{
    if (params.xtcProbability <= 0 || params.xtcThreshold > 0.5f) return nullptr;
    return std::make_unique<Xtc>(params, seed);
}

} // namespace corral::sample
