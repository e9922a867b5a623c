#pragma once
// The nearest point of a grid, exhaustively, in every lane at once.
//
// The weighted error of a point is a sum over coordinates, hence (error of its low half) + (error of its high half), and halves have
// only 64 or 81 values. So: a table of the errors of all high halves, one register each; points are walked in runs of equal low half;
// within a run the best high half is a minimum, one instruction a point for all lanes. Errors are not negative, therefore ordered like
// the integers of their bits, and the low byte of a high half's error is replaced by its level code: the minimum says which it was.
#include "core/quant/encode/lattice_codes.h"
#include "core/quant/encode/lattice_grid.h"

namespace corral::quant {
namespace {

constexpr float kMoreThanAnyError = 0x1p126f;

// shape: of the grid. together: points that are searched at the same time, which share the walk.
template <LatticeShape shape, int together> struct LatticeSearch {
    static constexpr int width = shape.width, levels = shape.levels, partValues = shape.partValues(), halfValues = shape.halfValues();

    // x, w: together · width coordinates and weights. at[u · levels + l]: where level l lies for point u. → error and level code.
    static void nearest(const LatticeGrid& grid, const Lanes* __restrict x, const Lanes* __restrict w, const Lanes* __restrict at,
                        Lanes* __restrict error, Codes* __restrict code)
    {
        Lanes part0[partValues][together], part1[partValues][together];
        Codes highs[halfValues][together];
        Lanes best[together];
        Codes bestHigh[together], bestLow[together];
        for (int u = 0; u < together; ++u) {
            const Lanes* ux = x + u * width;
            const Lanes* uw = w + u * width;
            Lanes part2[partValues], part3[partValues];
            part<together>(ux, uw, at + u * levels, 0, &part0[0][u]);
            part<together>(ux, uw, at + u * levels, 1, &part1[0][u]);
            part<1>(ux, uw, at + u * levels, 2, part2);
            part<1>(ux, uw, at + u * levels, 3, part3);
            for (int j = 0; j < partValues; ++j) {
                for (int i = 0; i < partValues; ++i) {
                    const int half = i + partValues * j;
                    highs[half][u] = (bitsOf(part2[i] + part3[j]) & Codes::all(~255)) | Codes::all(shape.halfCode(half));
                }
            }
            best[u] = Lanes::all(kMoreThanAnyError);
            bestHigh[u] = bestLow[u] = Codes::all(0);
        }
        const std::uint8_t* list = grid.highs();
        for (const LatticeGrid::Run& run : grid.runs()) {
            Codes lowest[together];
            const std::uint8_t* const p = list + run.first;
            for (int u = 0; u < together; ++u) lowest[u] = highs[p[0]][u];
#pragma GCC unroll 2
            for (int k = 1; k < run.count; ++k)
                for (int u = 0; u < together; ++u) lowest[u] = least(lowest[u], highs[p[k]][u]);
            const Codes low = Codes::all(run.lowCode);
            for (int u = 0; u < together; ++u) {
                const Lanes sum = (part0[run.part0][u] + part1[run.part1][u]) + ofBits(lowest[u]);
                const Mask better = sum < best[u];
                best[u] = select(better, sum, best[u]);
                bestHigh[u] = select(better, lowest[u], bestHigh[u]);
                bestLow[u] = select(better, low, bestLow[u]);
            }
        }
        for (int u = 0; u < together; ++u) {
            error[u] = best[u];
            code[u] = (bestHigh[u] & Codes::all(255)) << (2 * shape.partBits()) | bestLow[u];
        }
    }

private:
    // Errors of the values of part p, `stride` apart.
    template <int stride> [[gnu::always_inline]] static void part(const Lanes* x, const Lanes* w, const Lanes* at, int p, Lanes* out)
    {
        if constexpr (width == 8) {
            Lanes first[levels], second[levels];
            errors<1>(x[2 * p], w[2 * p], at, first);
            errors<1>(x[2 * p + 1], w[2 * p + 1], at, second);
            for (int j = 0; j < levels; ++j)
                for (int i = 0; i < levels; ++i) out[(i + levels * j) * stride] = first[i] + second[j];
        } else {
            errors<stride>(x[p], w[p], at, out);
        }
    }

    template <int stride> [[gnu::always_inline]] static void errors(Lanes x, Lanes w, const Lanes* at, Lanes* out)
    {
        for (int l = 0; l < levels; ++l) {
            const Lanes difference = at[l] - x;
            out[l * stride] = w * difference * difference;
        }
    }
};

} // namespace
} // namespace corral::quant
