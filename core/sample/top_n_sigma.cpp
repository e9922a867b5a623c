#include "core/sample/step.h"

#include <cmath>
#include <limits>

namespace corral::sample {

namespace {

// Only what lies within n standard deviations of the largest logit stays possible.
class TopNSigma final : public Step {
public:
    explicit TopNSigma(float n) : m_n(n) {}

    void apply(Candidates& candidates) override
    {
        if (candidates.size() <= 1) return;
        double sum = 0, squares = 0;
        std::size_t count = 0;
        for (const Candidate& c : candidates.items) {
            if (!std::isfinite(c.logit)) continue;
            sum += c.logit;
            ++count;
        }
        if (count == 0) return;
        const double mean = sum / static_cast<double>(count);
        for (const Candidate& c : candidates.items)
            if (std::isfinite(c.logit)) squares += (c.logit - mean) * (c.logit - mean);
        const double sigma = std::sqrt(squares / static_cast<double>(count)); // of the population
        const auto limit = static_cast<float>(maxLogit(candidates) - m_n * sigma);
        for (Candidate& c : candidates.items)
            if (c.logit < limit) c.logit = -std::numeric_limits<float>::infinity();
        candidates.sorted = false; // ties among the impossible may be out of order
    }

private:
    float m_n;
};

} // namespace

std::unique_ptr<Step> makeTopNSigma(const Params& params)
{
    if (params.topNSigma <= 0) return nullptr;
    return std::make_unique<TopNSigma>(params.topNSigma);
}

} // namespace corral::sample
