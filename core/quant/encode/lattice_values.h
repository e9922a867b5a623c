#pragma once
// Super-blocks of a lattice type made ready for the search: one group in every lane, weights, magnitudes and signs.
// What T is: lattice_encode.h.
#include "core/quant/encode/lattice_search.h"

#include <cstddef>

namespace corral::quant {
namespace {

constexpr int kSuperBlock = 256;

template <class T> struct LatticeValues {
    static constexpr int N = Lanes::count;
    static constexpr int group = T::group;
    static constexpr int groups = kSuperBlock / group;  // of a super-block
    static constexpr int perGroup = group / T::shape.width; // points
    static constexpr int together = 4;                  // points that are searched at the same time, of one set or of several
    static constexpr int lanes = std::max({N, groups, N * together / perGroup}); // of the groups at work
    static constexpr int sets = lanes / N;              // of registers: lane l of the work is lane l % N of set l / N
    static constexpr int points = sets * perGroup;      // registers of points
    static constexpr int blocks = lanes / groups;       // super-blocks at work: 1 or 2
    static constexpr int eights = group / 8;

    Lanes x[sets][group]; // at most 1
    Lanes w[sets][group];
    Lanes signs[sets][eights]; // of 8 values, bit j: negative; whole numbers
    float without[lanes];      // Σ w x²
    int exponent[blocks];      // values were divided by 2^exponent
    bool zero[blocks];         // nothing but zeros, or nearly so

    // Weights are importance · √(σ² + x²), or x² + σ² without importances. from, importances: of each super-block; the second may be null.
    void load(const float* const* from, const float* const* importances)
    {
        const bool given = importances[0] != nullptr;
        float largest[lanes], squares[lanes], largestWeight[lanes];
        for (int s = 0; s < sets; ++s) {
            loadSet(from, s, x[s]);
            Lanes most = zeros(), mostWeight = zeros();
            for (int j = 0; j < group; ++j) most = greatest(most, magnitude(x[s][j]));
            most.store(largest + s * N);
            if (!given) continue;
            loadSet(importances, s, w[s]);
            for (int j = 0; j < group; ++j) mostWeight = greatest(mostWeight, w[s][j]);
            mostWeight.store(largestWeight + s * N);
        }
        // Values are brought to a largest magnitude in [1/2, 1) by a power of two, importances to a largest of 1. Importances that are
        // all zero, or absurd, are none.
        float factor[lanes], weightFactor[lanes], spread[lanes];
        for (int b = 0; b < blocks; ++b) {
            const float most = *std::max_element(largest + b * groups, largest + (b + 1) * groups);
            exponent[b] = 0;
            zero[b] = !(most > 1e-30f);
            if (!zero[b]) std::frexp(most, &exponent[b]);
            std::fill_n(factor + b * groups, groups, zero[b] ? 0.0f : std::ldexp(1.0f, -exponent[b]));
            const float mostWeight = given ? *std::max_element(largestWeight + b * groups, largestWeight + (b + 1) * groups) : 0;
            std::fill_n(weightFactor + b * groups, groups, mostWeight > 1e-30f && mostWeight < 1e30f ? 1 / mostWeight : 0.0f);
        }
        for (int s = 0; s < sets; ++s) {
            const Lanes f = Lanes::load(factor + s * N);
            Lanes sum = zeros();
            for (int j = 0; j < group; ++j) {
                x[s][j] = x[s][j] * f;
                sum = sum + x[s][j] * x[s][j];
            }
            sum.store(squares + s * N);
        }
        for (int b = 0; b < blocks; ++b) {
            float sum = 0;
            for (int g = 0; g < groups; ++g) sum += squares[b * groups + g];
            const bool weighted = weightFactor[b * groups] > 0;
            std::fill_n(spread + b * groups, groups, T::weightSpread(weighted) * sum / kSuperBlock);
        }
        for (int s = 0; s < sets; ++s) {
            const Lanes f = Lanes::load(weightFactor + s * N), sigma = Lanes::load(spread + s * N);
            const Mask unweighted = f == zeros();
            Lanes sum = zeros();
            for (int j = 0; j < group; ++j) {
                const Lanes square = x[s][j] * x[s][j];
                Lanes weight = square + sigma;
                if (given) { // no value is quite without weight
                    const Lanes importance = greatest(w[s][j] * f, Lanes::all(1e-6f));
                    weight = select(unweighted, weight, importance * squareRoot(weight));
                }
                w[s][j] = weight;
                sum = sum + weight * square;
            }
            sum.store(without + s * N);
            if constexpr (!T::signedGrid)
                for (int e = 0; e < eights; ++e) signs[s][e] = takeSigns(x[s] + 8 * e, w[s] + 8 * e);
        }
    }

private:
    static void loadSet(const float* const* from, int s, Lanes* to)
    {
        const float* starts[N];
        for (int i = 0; i < N; ++i) starts[i] = from[(s * N + i) / groups] + (s * N + i) % groups * group;
        loadTile<group>(starts, to);
    }

    // Eight values become magnitudes. Where the number of negatives must be even and is not, the value whose change of sign costs least
    // is changed: its magnitude becomes negative.
    static Lanes takeSigns(Lanes* x, const Lanes* w)
    {
        Lanes signs = zeros();
        if constexpr (T::evenSigns) {
            Lanes parity = Lanes::all(1.0f), lowest = Lanes::all(kMoreThanAnyError), where = zeros();
            for (int j = 0; j < 8; ++j) {
                parity = select(x[j] < zeros(), zeros() - parity, parity);
                const Lanes cost = w[j] * x[j] * x[j];
                const Mask better = cost < lowest;
                lowest = select(better, cost, lowest);
                where = select(better, Lanes::all(static_cast<float>(j)), where);
            }
            const Mask odd = parity < zeros();
            for (int j = 0; j < 8; ++j) {
                const Mask flip = odd & (where == Lanes::all(static_cast<float>(j)));
                const Mask negative = x[j] < zeros();
                signs = signs + select((negative & !flip) | (flip & !negative), Lanes::all(static_cast<float>(1 << j)), zeros());
                const Lanes m = magnitude(x[j]);
                x[j] = select(flip, zeros() - m, m);
            }
        } else {
            for (int j = 0; j < 8; ++j) {
                signs = signs + select(x[j] < zeros(), Lanes::all(static_cast<float>(1 << j)), zeros());
                x[j] = magnitude(x[j]);
            }
        }
        return signs;
    }
};

} // namespace
} // namespace corral::quant
