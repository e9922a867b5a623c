#pragma once
// Drawing one candidate by probability.
#include "core/sample/candidates.h"
#include "core/sample/random.h"

namespace corral::sample {

// The first candidate, in their present order, at which the sum of exp(l − max) reaches u times the whole; u is one double.
inline std::size_t drawIndex(const Candidates& candidates, Random& random)
{
    const double u = random.nextDouble();
    const float max = maxLogit(candidates);
    const double target = u * totalWeight(candidates, max);
    double sum = 0;
    std::size_t last = 0; // with a weight, should rounding leave the sum short
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const float w = weight(candidates.items[i].logit, max);
        if (w == 0) continue;
        sum += w;
        last = i;
        if (sum >= target) break;
    }
    return last;
}

} // namespace corral::sample
