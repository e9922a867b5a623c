#pragma once
// From rows of logits to what the models lose on a text's own tokens, one row a thread at a time.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/text/token.h"

#include <span>
#include <vector>

namespace corral::measure {

struct RowScore {
    double loss = 0; // −ln of the probability of the text's token
    // Against the original's row:
    double baseLoss = 0;
    double divergence = 0;
    bool sameTop = false;
};

class RowScorer {
public:
    RowScorer(int threads, int vocabulary) : m_pool(threads), m_vocabulary(vocabulary) {}

    // logits: [targets][vocabulary]; base the same of the original, or empty. targets: the token that follows each row. Valid until the
    // next call. Format where a row is no probabilities (NaN).
    Result<std::span<const RowScore>> score(std::span<const float> logits, std::span<const float> base, std::span<const text::Token> targets);

private:
    ThreadPool m_pool;
    int m_vocabulary;
    std::vector<RowScore> m_scores;
};

} // namespace corral::measure
