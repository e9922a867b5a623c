#pragma once
// x ≈ scale q + minimum with q ∈ 0 … top, scale ≥ 0, minimum ≤ 0: candidates of the inverse scale, each answered by the weighted least
// squares fit to the codes it gives (facts/tensor-types.md § 8.3).
#include "core/quant/encode/tile.h"

namespace corral::quant {
namespace {

// Candidates are (first + spacing t + top) / (largest − minimum), t = 0 … last.
struct AffineSteps {
    float first, spacing;
    int last;
};

struct AffineFit {
    Lanes scale, minimum; // of the decoded value
    Lanes inverse, base;  // what made the winner's codes: inverse · (x − base); 0 in groups that are all the same or too small
};

// x, w: `tiles` tiles, worked on in turns because every sum and every candidate waits for the one before it.
// Errors are |e| with `absolute`, else e².
template <int n, int top, int tiles, bool absolute>
[[gnu::always_inline]] inline void affineSearch(const Lanes (*x)[n], const Lanes (*w)[n], AffineSteps steps, AffineFit* fits)
{
    const Lanes zero = zeros();
    Lanes minimum[tiles], largest[tiles], sumW[tiles], sumX[tiles], scale[tiles], best[tiles], inverse[tiles];
    Mask live[tiles];
    for (int t = 0; t < tiles; ++t) {
        minimum[t] = largest[t] = x[t][0];
        sumW[t] = w[t][0];
        sumX[t] = w[t][0] * x[t][0];
    }
    for (int i = 1; i < n; ++i)
        for (int t = 0; t < tiles; ++t) {
            minimum[t] = least(minimum[t], x[t][i]);
            largest[t] = greatest(largest[t], x[t][i]);
            sumW[t] = sumW[t] + w[t][i];
            sumX[t] = sumX[t] + w[t][i] * x[t][i];
        }
    for (int t = 0; t < tiles; ++t) {
        minimum[t] = least(minimum[t], zero);
        inverse[t] = Lanes::all(top) / (largest[t] - minimum[t]);
        live[t] = isFinite(inverse[t]);
        scale[t] = Lanes::all(1.0f) / inverse[t];
        best[t] = zero;
    }
    const auto error = [](Lanes difference) { return absolute ? magnitude(difference) : difference * difference; };
#pragma GCC unroll 4
    for (int i = 0; i < n; ++i)
        for (int t = 0; t < tiles; ++t) {
            const Lanes q = nearestCode(inverse[t] * (x[t][i] - minimum[t]), 0, top);
            best[t] = best[t] + w[t][i] * error(scale[t] * q + minimum[t] - x[t][i]);
        }
    for (int t = 0; t < tiles; ++t) {
        fits[t].inverse = inverse[t];
        fits[t].base = minimum[t];
    }
    Lanes codes[tiles][n];
    for (int step = 0; step <= steps.last; ++step) {
        const Lanes numerator = Lanes::all((steps.first + steps.spacing * static_cast<float>(step)) + static_cast<float>(top));
        Lanes sumQ[tiles], sumQ2[tiles], sumXQ[tiles], newScale[tiles], newMinimum[tiles], errors[tiles];
        Mask valid[tiles];
        for (int t = 0; t < tiles; ++t) {
            inverse[t] = numerator / (largest[t] - minimum[t]);
            sumQ[t] = sumQ2[t] = sumXQ[t] = zero;
        }
#pragma GCC unroll 4
        for (int i = 0; i < n; ++i)
            for (int t = 0; t < tiles; ++t) {
                const Lanes q = nearestCode(inverse[t] * (x[t][i] - minimum[t]), 0, top);
                codes[t][i] = q;
                const Lanes wq = w[t][i] * q;
                sumQ[t] = sumQ[t] + wq;
                sumQ2[t] = sumQ2[t] + wq * q;
                sumXQ[t] = sumXQ[t] + wq * x[t][i];
            }
        for (int t = 0; t < tiles; ++t) {
            const Lanes determinant = sumW[t] * sumQ2[t] - sumQ[t] * sumQ[t];
            valid[t] = (zero < determinant) & isFinite(inverse[t]) & live[t];
            newScale[t] = (sumW[t] * sumXQ[t] - sumX[t] * sumQ[t]) / determinant;
            newMinimum[t] = (sumQ2[t] * sumX[t] - sumQ[t] * sumXQ[t]) / determinant;
            const Mask positive = zero < newMinimum[t];
            if (any(positive)) {
                newMinimum[t] = select(positive, zero, newMinimum[t]);
                newScale[t] = select(positive, sumXQ[t] / sumQ2[t], newScale[t]);
            }
            errors[t] = zero;
        }
#pragma GCC unroll 4
        for (int i = 0; i < n; ++i)
            for (int t = 0; t < tiles; ++t)
                errors[t] = errors[t] + w[t][i] * error(newScale[t] * codes[t][i] + newMinimum[t] - x[t][i]);
        for (int t = 0; t < tiles; ++t) {
            const Mask wins = (errors[t] < best[t]) & valid[t];
            fits[t].inverse = select(wins, inverse[t], fits[t].inverse);
            fits[t].base = select(wins, minimum[t], fits[t].base);
            best[t] = select(wins, errors[t], best[t]);
            scale[t] = select(wins, newScale[t], scale[t]);
            minimum[t] = select(wins, newMinimum[t], minimum[t]);
        }
    }
    for (int t = 0; t < tiles; ++t) {
        fits[t].scale = select(live[t], scale[t], zero);
        fits[t].minimum = minimum[t];
        fits[t].inverse = select(live[t], fits[t].inverse, zero);
    }
}

} // namespace
} // namespace corral::quant
