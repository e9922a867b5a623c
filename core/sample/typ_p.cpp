#include "core/sample/step.h"

#include <algorithm>
#include <cmath>

namespace corral::sample {

namespace {

// Locally typical sampling (Meister et al. 2022): candidates whose surprise is nearest to the expected one.
class TypP final : public Step {
public:
    TypP(float p, std::size_t minKeep) : m_p(p), m_minKeep(minKeep) {}

    void apply(Candidates& candidates) override
    {
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        m_scratch.clear();
        double entropy = 0; // nats
        for (const Candidate& c : candidates.items) {
            const double p = weight(c.logit, max) / total;
            if (p > 0) entropy -= p * std::log(p);
            m_scratch.push_back({c, p, 0});
        }
        for (Typical& t : m_scratch) t.distance = t.p > 0 ? std::abs(-std::log(t.p) - entropy) : INFINITY;
        std::ranges::sort(m_scratch, [](const Typical& a, const Typical& b) { // not stable_sort: that allocates
            return a.distance != b.distance ? a.distance < b.distance : better(a.candidate, b.candidate);
        });
        candidates.items.clear();
        double sum = 0;
        for (const Typical& t : m_scratch) {
            candidates.items.push_back(t.candidate);
            sum += t.p;
            if (sum > m_p && candidates.size() >= m_minKeep) break;
        }
        candidates.sorted = false;
    }

private:
    struct Typical {
        Candidate candidate;
        double p, distance;
    };
    float m_p;
    std::size_t m_minKeep;
    std::vector<Typical> m_scratch;
};

} // namespace

std::unique_ptr<Step> makeTypP(const Params& params)
{
    if (params.typP >= 1) return nullptr;
    return std::make_unique<TypP>(params.typP, static_cast<std::size_t>(std::max(0, params.minKeep)));
}

} // namespace corral::sample
