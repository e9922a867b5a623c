#include "core/measure/row_scorer.h"

#include "core/measure/row_kernels.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace corral::measure {

Result<std::span<const RowScore>> RowScorer::score(std::span<const float> logits, std::span<const float> base, std::span<const text::Token> targets)
{
    const auto width = static_cast<std::size_t>(m_vocabulary);
    assert(logits.size() == targets.size() * width && (base.empty() || base.size() == logits.size()));
    for (const text::Token token : targets)
        if (token < 0 || token >= m_vocabulary) return fail(ErrorCode::InvalidArgument, "token {} is not one of the {} of this model", token, m_vocabulary);
    const RowKernels& kernels = rowKernels();
    m_scores.assign(targets.size(), {});
    m_pool.parallelFor(static_cast<std::int64_t>(targets.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            const auto target = static_cast<std::size_t>(targets[i]);
            const float* q = logits.data() + i * width;
            RowScore& score = m_scores[i];
            float top = 0;
            const double logSum = kernels.logSum(q, m_vocabulary, top);
            score.loss = logSum - q[target];
            if (base.empty()) continue;
            const float* p = base.data() + i * width;
            float baseTop = 0;
            const double baseLogSum = kernels.logSum(p, m_vocabulary, baseTop);
            score.baseLoss = baseLogSum - p[target];
            score.divergence = kernels.divergence(p, baseLogSum, q, logSum, m_vocabulary);
            score.sameTop = std::find(p, p + width, baseTop) - p == std::find(q, q + width, top) - q;
        }
    });
    for (const RowScore& score : m_scores)
        if (!std::isfinite(score.loss) || !std::isfinite(score.baseLoss) || !std::isfinite(score.divergence))
            return fail(ErrorCode::Format, "the model's logits are no probabilities: not a number, or infinite");
    return m_scores;
}

} // namespace corral::measure
