#pragma once
// Importances of columns → weights of the squared errors: importance · √(σ² + x²) (facts/tensor-types.md § 8).
#include "core/quant/encode/tile.h"

namespace corral::quant {
namespace {

// w[j] of n values of a tile; σ² a lane. Groups whose importances are all zero get the weights they would have without any, so that
// their codes mean something.
template <int n, class Fallback>
[[gnu::always_inline]] inline void importanceWeights(const Lanes* x, Lanes sigma2, Lanes* w, Fallback&& fallback)
{
    Lanes total = zeros();
    for (int j = 0; j < n; ++j) {
        total = total + w[j];
        w[j] = w[j] * squareRoot(sigma2 + x[j] * x[j]);
    }
    const Mask none = total == zeros();
    if (any(none)) {
        Lanes other[n];
        fallback(x, other);
        for (int j = 0; j < n; ++j) w[j] = select(none, other[j], w[j]);
    }
}

// w = x²
template <int n> [[gnu::always_inline]] inline void squareWeights(const Lanes* x, Lanes* w)
{
    for (int j = 0; j < n; ++j) w[j] = x[j] * x[j];
}

} // namespace
} // namespace corral::quant
