#include "core/sample/step.h"

#include <algorithm>
#include <cmath>

namespace corral::sample {

namespace {

// Drops what is less probable than p times the most probable.
class MinP final : public Step {
public:
    MinP(float p, std::size_t minKeep) : m_logP(std::log(p)), m_minKeep(minKeep) {}

    void apply(Candidates& candidates) override
    {
        auto& items = candidates.items;
        const float limit = maxLogit(candidates) + m_logP;
        const auto kept = static_cast<std::size_t>(std::ranges::count_if(items, [&](const Candidate& c) { return c.logit >= limit; }));
        const std::size_t wanted = std::min(items.size(), std::max<std::size_t>({kept, m_minKeep, 1}));
        if (wanted > kept)
            keepBest(candidates, wanted);
        else
            std::erase_if(items, [&](const Candidate& c) { return c.logit < limit; });
    }

private:
    float m_logP;
    std::size_t m_minKeep;
};

} // namespace

std::unique_ptr<Step> makeMinP(const Params& params)
{
    if (params.minP <= 0) return nullptr;
    return std::make_unique<MinP>(params.minP, static_cast<std::size_t>(std::max(0, params.minKeep)));
}

} // namespace corral::sample
