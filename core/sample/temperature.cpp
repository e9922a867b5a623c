#include "core/sample/step.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::sample {

namespace {

// Only the largest logit, the first of equals, stays possible.
void keepLargest(Candidates& candidates)
{
    const auto largest =
        std::ranges::max_element(candidates.items, [](const Candidate& a, const Candidate& b) { return a.logit < b.logit; });
    for (auto c = candidates.items.begin(); c != candidates.items.end(); ++c)
        if (c != largest) c->logit = -std::numeric_limits<float>::infinity();
}

void divide(Candidates& candidates, float temp)
{
    if (!(temp > 0)) {
        keepLargest(candidates);
        return;
    }
    temp = std::min(temp, std::numeric_limits<float>::max()); // −∞/∞ would be no number
    for (Candidate& c : candidates.items) c.logit /= temp;
}

class Temperature final : public Step {
public:
    explicit Temperature(float temp) : m_temp(temp) {}
    void apply(Candidates& candidates) override { divide(candidates, m_temp); }

private:
    float m_temp;
};

// The temperature follows the entropy: sure of itself → low, unsure → high.
class DynamicTemperature final : public Step {
public:
    explicit DynamicTemperature(const Params& params)
        : m_min(std::max(0.0f, params.temp - params.dynatempRange)), m_max(params.temp + params.dynatempRange),
          m_exponent(params.dynatempExponent)
    {
    }

    void apply(Candidates& candidates) override
    {
        if (candidates.size() <= 1) return;
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        double entropy = 0; // nats
        for (const Candidate& c : candidates.items)
            if (const double p = weight(c.logit, max) / total; p > 0) entropy -= p * std::log(p);
        const double share = std::max(0.0, entropy / std::log(static_cast<double>(candidates.size()))); // of the largest possible
        divide(candidates, static_cast<float>(m_min + (m_max - m_min) * std::pow(share, m_exponent)));
    }

private:
    float m_min, m_max, m_exponent;
};

} // namespace

std::unique_ptr<Step> makeTemperature(const Params& params)
{
    if (params.temp > 0 && params.dynatempRange > 0) return std::make_unique<DynamicTemperature>(params);
    return makePlainTemperature(params.temp);
}

std::unique_ptr<Step> makePlainTemperature(float temp)
{
    if (temp == 1) return nullptr;
    return std::make_unique<Temperature>(temp);
}

} // namespace corral::sample
