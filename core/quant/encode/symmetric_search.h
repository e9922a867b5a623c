#pragma once
// x ≈ scale q with codes of a whole-numbered range: candidates of the inverse scale, each answered by the weighted least squares scale
// (facts/tensor-types.md § 8.2), and the coordinate descent that follows or replaces them (§ 8.2 Q3_K, § 8.4).
#include "core/quant/encode/tile.h"

namespace corral::quant {
namespace {

// Groups whose largest magnitude is below this are taken as zeros.
inline constexpr float kTooSmall = 1e-15f;

struct SymmetricFit {
    Lanes scale;
    Lanes inverse; // what made the winner's codes
    Mask empty;    // too small: scale 0
};

// Codes −half … half − 1; the inverse scales tried are −(half + k / 10) / (value of largest magnitude), k = −9 … 9.
template <int n, int half> [[gnu::always_inline]] inline SymmetricFit symmetricSearch(const Lanes* x, const Lanes* w)
{
    const Lanes zero = zeros();
    const Largest largest = largestOf<n>(x);
    SymmetricFit fit;
    fit.empty = largest.magnitude < Lanes::all(kTooSmall);
    const Lanes extreme = select(fit.empty, Lanes::all(1.0f), largest.value);
    Lanes wx[n];
    for (int i = 0; i < n; ++i) wx[i] = w[i] * x[i];
    Lanes scale = zero, best = zero;
    fit.inverse = zero;
    for (int step = 0; step < 19; ++step) { // k = 0 first: the others have to be better
        const int k = step == 0 ? 0 : step < 10 ? step - 10 : step - 9;
        const Lanes inverse = Lanes::all(-(static_cast<float>(half) + 0.1f * static_cast<float>(k))) / extreme;
        Lanes sumXQ = zero, sumQ2 = zero;
#pragma GCC unroll 4
        for (int i = 0; i < n; ++i) {
            const Lanes q = nearestCode(inverse * x[i], -half, half - 1);
            sumXQ = sumXQ + wx[i] * q;
            sumQ2 = sumQ2 + w[i] * q * q;
        }
        const Mask some = zero < sumQ2;
        const Lanes fitted = select(some, sumXQ / sumQ2, zero);
        if (step == 0) {
            scale = fitted;
            best = fitted * sumXQ;
            fit.inverse = inverse;
            continue;
        }
        const Mask wins = some & (best * sumQ2 < sumXQ * sumXQ);
        scale = select(wins, fitted, scale);
        best = select(wins, fitted * sumXQ, best);
        fit.inverse = select(wins, inverse, fit.inverse);
    }
    fit.scale = select(fit.empty, zero, scale);
    fit.inverse = select(fit.empty, zero, fit.inverse);
    return fit;
}

// Σ w x q and Σ w q² of a code vector: the least squares scale is their ratio, and the larger xq² / q2 the smaller the error.
struct CodeSums {
    Lanes xq, q2;
};

// One code after the other is replaced by the best one for the scale that the others ask for, until a pass over all of them changes
// nothing or five are over. Groups outside `running` keep their codes. Every step waits for the one before it, so `tiles` tiles take
// turns.
template <int n, int tiles>
[[gnu::always_inline]] inline void coordinateDescent(const Lanes (*x)[n], const Lanes (*w)[n], float low, float high, Mask* running,
                                                     Lanes (*q)[n], CodeSums* sums)
{
    const Lanes zero = zeros();
    for (int pass = 0; pass < 5; ++pass) {
        Mask left = running[0], changed[tiles];
        for (int t = 0; t < tiles; ++t) {
            left = left | running[t];
            changed[t] = zero < zero;
        }
        if (!any(left)) break;
        for (int i = 0; i < n; ++i)
            for (int t = 0; t < tiles; ++t) {
                const Lanes wx = w[t][i] * x[t][i], old = q[t][i];
                Lanes xq = sums[t].xq - wx * old;
                Lanes q2 = sums[t].q2 - w[t][i] * old * old;
                Mask better = running[t] & (zero < xq);
                const Lanes code = nearestCode(x[t][i] * q2 / xq, low, high);
                better = better & !(code == old);
                xq = xq + wx * code;
                q2 = q2 + w[t][i] * code * code;
                better = better & (zero < q2) & (sums[t].xq * sums[t].xq * q2 < xq * xq * sums[t].q2);
                q[t][i] = select(better, code, old);
                sums[t].xq = select(better, xq, sums[t].xq);
                sums[t].q2 = select(better, q2, sums[t].q2);
                changed[t] = changed[t] | better;
            }
        for (int t = 0; t < tiles; ++t) running[t] = running[t] & changed[t];
    }
}

// Values ≥ 0 → codes 0 … top and their scale.
template <int n> [[gnu::always_inline]] inline Lanes positiveSearch(const Lanes (&x)[n], const Lanes (&w)[n], float top, Lanes (&q)[n])
{
    const Lanes zero = zeros();
    Lanes largest = zero;
    for (int i = 0; i < n; ++i) largest = greatest(largest, x[i]);
    const Mask empty = largest < Lanes::all(kTooSmall);
    largest = select(empty, Lanes::all(1.0f), largest);
    Lanes inverse = zero, best = zero;
    for (int step = 0; step < 9; ++step) { // as in symmetricSearch
        const int k = step == 0 ? 0 : step < 5 ? step - 5 : step - 4;
        const Lanes candidate = Lanes::all(top + 0.1f * static_cast<float>(k)) / largest;
        const Lanes scale = Lanes::all(1.0f) / candidate;
        Lanes error = zero;
        for (int i = 0; i < n; ++i) {
            const Lanes difference = x[i] - scale * nearestCode(candidate * x[i], 0, top);
            error = error + w[i] * difference * difference;
        }
        if (step == 0) {
            inverse = candidate;
            best = error;
            continue;
        }
        const Mask wins = error < best;
        inverse = select(wins, candidate, inverse);
        best = select(wins, error, best);
    }
    CodeSums sums{zero, zero};
    for (int i = 0; i < n; ++i) {
        q[i] = select(empty, zero, nearestCode(inverse * x[i], 0, top));
        sums.xq = sums.xq + w[i] * x[i] * q[i];
        sums.q2 = sums.q2 + w[i] * q[i] * q[i];
    }
    Mask running = !empty;
    coordinateDescent<n, 1>(&x, &w, 0, top, &running, &q, &sums);
    return select(zero < sums.q2, sums.xq / sums.q2, zero);
}

} // namespace
} // namespace corral::quant
