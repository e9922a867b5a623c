#pragma once
// What the scores of all tokens add up to.
#include "core/measure/moments.h"
#include "core/measure/perplexity.h"
#include "core/measure/row_scorer.h"

#include <vector>

namespace corral::measure {

// tokens, meanLoss, ppl and its error.
Perplexity perplexityOf(const Moments& losses);

class DivergenceSums {
public:
    void add(const RowScore& score);
    Divergence soFar() const; // without percentiles
    void addPercentiles(Divergence& result);

private:
    Moments m_losses; // x: the model's, y: the original's
    Moments m_divergence, m_delta, m_squaredDelta, m_sameTop;
    std::vector<float> m_divergences, m_deltas; // of every token
};

// Of values in ascending order, linear between the two nearest; share 0 … 1. 0 if there are none.
double percentile(const std::vector<float>& sorted, double share);

} // namespace corral::measure
