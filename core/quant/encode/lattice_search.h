#pragma once
// The nearest point of a grid, exhaustively, in every lane at once.
//
// The weighted error of a point is a sum over coordinates, hence (error of its low half) + (error of its high half), and halves have
// only 64 or 81 values. So: a table of the errors of all high halves, one register each; points are walked in runs of equal low half;
// within a run the best high half is a minimum, one instruction a point for all lanes. Errors are not negative, therefore ordered like
// the integers of their bits, and the low byte of a high half's error is replaced by its level code: the minimum says which it was.
#include "core/quant/encode/lattice_grid.h"
#include "core/quant/encode/lattice_lanes.h"

namespace corral::quant {
namespace {

// shape: of the grid. together: points that are searched at the same time, which share the walk.
template <LatticeShape shape, int N, int together> struct LatticeSearch {
    using V = Lanes<N>;
    using F = typename V::F;
    using I = typename V::I;
    static constexpr int width = shape.width, levels = shape.levels, partValues = shape.partValues(), halfValues = shape.halfValues();

    // x, w: together · width coordinates and weights. at[u · levels + l]: where level l lies for point u. → error and level code.
    static void nearest(const LatticeGrid& grid, const F* __restrict x, const F* __restrict w, const F* __restrict at, F* __restrict error,
                        I* __restrict code)
    {
        F part0[partValues][together], part1[partValues][together];
        alignas(64) I highs[halfValues][together];
        F best[together];
        I bestHigh[together], bestLow[together];
        for (int u = 0; u < together; ++u) {
            const F* ux = x + u * width;
            const F* uw = w + u * width;
            F part2[partValues], part3[partValues];
            part<together>(ux, uw, at + u * levels, 0, &part0[0][u]);
            part<together>(ux, uw, at + u * levels, 1, &part1[0][u]);
            part<1>(ux, uw, at + u * levels, 2, part2);
            part<1>(ux, uw, at + u * levels, 3, part3);
            for (int j = 0; j < partValues; ++j) {
                for (int i = 0; i < partValues; ++i) {
                    const int half = i + partValues * j;
                    highs[half][u] = ((I)(part2[i] + part3[j]) & ~255) | shape.halfCode(half);
                }
            }
            best[u] = V::splat(0x1p126f);
            bestHigh[u] = bestLow[u] = I{};
        }
        const std::uint8_t* list = grid.highs();
        for (const LatticeGrid::Run& run : grid.runs()) {
            I least[together];
            const std::uint8_t* p = list + run.first;
            const std::uint8_t* const end = p + run.count;
            for (int u = 0; u < together; ++u) least[u] = highs[*p][u];
            while (++p != end)
                for (int u = 0; u < together; ++u) least[u] = V::min(least[u], highs[*p][u]);
            for (int u = 0; u < together; ++u) {
                const F sum = (part0[run.part0][u] + part1[run.part1][u]) + (F)least[u];
                const I better = sum < best[u];
                best[u] = better ? sum : best[u];
                bestHigh[u] = better ? least[u] : bestHigh[u];
                bestLow[u] = better ? V::splat(static_cast<std::int32_t>(run.lowCode)) : bestLow[u];
            }
        }
        for (int u = 0; u < together; ++u) {
            error[u] = best[u];
            code[u] = (bestHigh[u] & 255) << (2 * shape.partBits()) | bestLow[u];
        }
    }

private:
    // Errors of the values of part p, `stride` apart.
    template <int stride> [[gnu::always_inline]] static void part(const F* x, const F* w, const F* at, int p, F* out)
    {
        if constexpr (width == 8) {
            F first[levels], second[levels];
            errors<1>(x[2 * p], w[2 * p], at, first);
            errors<1>(x[2 * p + 1], w[2 * p + 1], at, second);
            for (int j = 0; j < levels; ++j)
                for (int i = 0; i < levels; ++i) out[(i + levels * j) * stride] = first[i] + second[j];
        } else {
            errors<stride>(x[p], w[p], at, out);
        }
    }

    template <int stride> [[gnu::always_inline]] static void errors(F x, F w, const F* at, F* out)
    {
        for (int l = 0; l < levels; ++l) {
            const F difference = at[l] - x;
            out[l * stride] = w * difference * difference;
        }
    }
};

} // namespace
} // namespace corral::quant
