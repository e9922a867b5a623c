#include "core/sample/step.h"

#include <algorithm>

namespace corral::sample {

namespace {

// Nucleus: the most probable candidates whose probabilities together reach p.
class TopP final : public Step {
public:
    TopP(float p, std::size_t minKeep) : m_p(p), m_minKeep(minKeep) {}

    void apply(Candidates& candidates) override
    {
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        double sum = 0;
        std::size_t ordered = 0; // how many of the best are in place; few are needed as a rule
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (i == ordered) {
                ordered = std::min(candidates.size(), std::max<std::size_t>(256, ordered * 4));
                sortBest(candidates, ordered);
            }
            sum += weight(candidates.items[i].logit, max) / total;
            if (sum >= m_p && i + 1 >= m_minKeep) {
                candidates.items.resize(i + 1);
                break;
            }
        }
        candidates.sorted = true;
    }

private:
    float m_p;
    std::size_t m_minKeep;
};

} // namespace

std::unique_ptr<Step> makeTopP(const Params& params)
{
    if (params.topP >= 1) return nullptr;
    return std::make_unique<TopP>(params.topP, static_cast<std::size_t>(std::max(0, params.minKeep)));
}

} // namespace corral::sample
