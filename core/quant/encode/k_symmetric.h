#pragma once
// Q3_K and Q6_K: 16 groups of 16 with signed scales, whose small whole-numbered multiples are stored (facts/tensor-types.md § 8.2).
#include "core/quant/encode/batch.h"
#include "core/quant/encode/symmetric_search.h"
#include "core/quant/encode/weights.h"

namespace corral::quant {
namespace {

inline constexpr int kGroups = 16, kGroupValues = 16;

// The first of the 16 scales that are largest in magnitude.
[[maybe_unused]] inline float extremeScale(const float* scales)
{
    float extreme = 0;
    for (int g = 0; g < kGroups; ++g) extreme = std::fabs(scales[g]) > std::fabs(extreme) ? scales[g] : extreme;
    return extreme;
}

// Blocks that fill tiles of groups of 16.
struct KSymmetric {
    static constexpr int values = 256;
    static constexpr int tiles = Lanes::count == 1 ? kGroups : 8;
    static constexpr int batch = tiles * Lanes::count / kGroups;
    static constexpr bool usesImportance = true;

    // x and, with importances, the importances themselves.
    template <bool weighted> [[gnu::always_inline]] static void load(const Batch<batch>& in, int t, Lanes* x, Lanes* w)
    {
        const float* starts[Lanes::count];
        in.template tile<values, kGroupValues>(in.values, t, starts);
        loadTile<kGroupValues>(starts, x);
        if constexpr (weighted) {
            in.template tile<values, kGroupValues>(in.importance, t, starts);
            loadTile<kGroupValues>(starts, w);
        }
    }
};

struct Q6_KEncoder : KSymmetric {
    static constexpr int bytes = 210;
    static constexpr Squares squares = Squares::None;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[tiles][kGroupValues];
        SymmetricFit fits[tiles];
        float scales[batch * kGroups], steps[batch * kGroups];
        for (int t = 0; t < tiles; ++t) {
            Lanes w[kGroupValues];
            load<weighted>(in, t, x[t], w);
            if constexpr (weighted) {
                Lanes total = zeros();
                for (const Lanes& weight : w) total = total + weight;
                const Mask none = total == zeros(); // as in importanceWeights
                for (int j = 0; j < kGroupValues; ++j) w[j] = select(none, x[t][j] * x[t][j], w[j]);
            } else {
                squareWeights<kGroupValues>(x[t], w);
            }
            fits[t] = symmetricSearch<kGroupValues, 32>(x[t], w);
            fits[t].scale.store(scales + t * Lanes::count);
        }
        std::uint8_t header[batch][kGroups + 2]; // scales and d as they are stored
        bool empty[batch];
        for (int b = 0; b < batch; ++b) {
            const float* s = scales + b * kGroups;
            const float extreme = extremeScale(s);
            empty[b] = !(std::fabs(extreme) >= kTooSmall);
            const float inverse = -128.0f / extreme;
            const float d = storeHalfScale(empty[b] ? 0.0f : 1.0f / inverse, header[b] + kGroups);
            for (int g = 0; g < kGroups; ++g) {
                const int code = empty[b] ? 0 : nearestCode(inverse * s[g], -128, 127);
                header[b][g] = static_cast<std::uint8_t>(code);
                steps[b * kGroups + g] = d * static_cast<float>(code);
            }
        }
        std::uint8_t codes[batch * values];
        for (int t = 0; t < tiles; ++t) {
            const Lanes step = Lanes::load(steps + t * Lanes::count);
            const Mask lost = step == zeros(); // these keep the codes of the search
            const Lanes half = Lanes::all(32.0f);
            Lanes q[kGroupValues];
            for (int j = 0; j < kGroupValues; ++j) q[j] = nearestCode(x[t][j] / step, -32, 31) + half;
            if (any(lost))
                for (int j = 0; j < kGroupValues; ++j) {
                    const Lanes kept = select(fits[t].empty, zeros(), nearestCode(fits[t].inverse * x[t][j], -32, 31) + half);
                    q[j] = select(lost, kept, q[j]);
                }
            storeCodes<kGroupValues>(q, codes + t * Lanes::count * kGroupValues, kGroupValues);
        }
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            if (empty[b]) {
                std::memset(p, 0, bytes);
                continue;
            }
            packCodes(codes + b * values, p);
            std::memcpy(p + 192, header[b], sizeof header[b]);
        }
    }

    static void packCodes(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int h = 0; h < 2; ++h) {
            const std::uint8_t* c = codes + 128 * h;
            for (int l = 0; l < 64; ++l) p[64 * h + l] = static_cast<std::uint8_t>((c[l] & 15) | c[64 + l] << 4);
            for (int l = 0; l < 32; ++l)
                p[128 + 32 * h + l] =
                    static_cast<std::uint8_t>(c[l] >> 4 | c[32 + l] >> 4 << 2 | c[64 + l] >> 4 << 4 | c[96 + l] >> 4 << 6);
        }
    }
};

struct Q3_KEncoder : KSymmetric {
    static constexpr int bytes = 110;
    static constexpr Squares squares = Squares::Block;
    static constexpr int turns = Lanes::count == 1 ? 1 : 4; // tiles in a descent

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[tiles][kGroupValues], kept[tiles][kGroupValues]; // kept: the search's codes, 0 … 7
        float scales[batch * kGroups], weights[batch * kGroups];
        for (int t = 0; t < tiles; t += weighted ? 1 : turns) {
            if constexpr (weighted) {
                Lanes w[kGroupValues];
                load<true>(in, t, x[t], w);
                float sigma2[Lanes::count];
                for (int lane = 0; lane < Lanes::count; ++lane)
                    sigma2[lane] = 2.0f * in.meanSquare[(t * Lanes::count + lane) / kGroups];
                importanceWeights<kGroupValues>(x[t], Lanes::load(sigma2), w, squareWeights<kGroupValues>);
                Lanes sum = w[0];
                for (int j = 1; j < kGroupValues; ++j) sum = sum + w[j];
                sum.store(weights + t * Lanes::count);
                const SymmetricFit fit = symmetricSearch<kGroupValues, 4>(x[t], w);
                for (int j = 0; j < kGroupValues; ++j)
                    kept[t][j] = select(fit.empty, zeros(), nearestCode(fit.inverse * x[t][j], -4, 3) + Lanes::all(4.0f));
                fit.scale.store(scales + t * Lanes::count);
            } else {
                for (int turn = t; turn < t + turns; ++turn) load<false>(in, turn, x[turn], nullptr);
                descend(x + t, kept + t, scales + t * Lanes::count);
            }
        }
        std::uint8_t stored[batch][kGroups]; // scale + 32
        float scale[batch];
        if constexpr (weighted)
            searchScales(scales, weights, stored, scale);
        else
            for (int b = 0; b < batch; ++b) scale[b] = roundScales(scales + b * kGroups, stored[b]);

        float steps[batch * kGroups];
        std::uint8_t header[batch][2];
        for (int b = 0; b < batch; ++b) {
            const float d = storeHalfScale(scale[b], header[b]);
            for (int g = 0; g < kGroups; ++g) steps[b * kGroups + g] = d * static_cast<float>(stored[b][g] - 32);
        }
        std::uint8_t codes[batch * values];
        for (int t = 0; t < tiles; ++t) {
            const Lanes step = Lanes::load(steps + t * Lanes::count);
            const Mask lost = step == zeros();
            Lanes q[kGroupValues];
            for (int j = 0; j < kGroupValues; ++j)
                q[j] = select(lost, kept[t][j], nearestCode(x[t][j] / step, -4, 3) + Lanes::all(4.0f));
            storeCodes<kGroupValues>(q, codes + t * Lanes::count * kGroupValues, kGroupValues);
        }
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            packCodes(codes + b * values, p);
            packScales(stored[b], p + 96);
            std::memcpy(p + 108, header[b], sizeof header[b]);
        }
    }

    // Without importances: plain rounding, then coordinate descent; some tiles at once.
    static void descend(const Lanes (*x)[kGroupValues], Lanes (*kept)[kGroupValues], float* scales)
    {
        Lanes w[turns][kGroupValues], q[turns][kGroupValues];
        CodeSums sums[turns];
        Mask alive[turns], running[turns];
        for (int t = 0; t < turns; ++t) {
            squareWeights<kGroupValues>(x[t], w[t]);
            const Largest largest = largestOf<kGroupValues>(x[t]);
            const Mask empty = largest.magnitude < Lanes::all(kTooSmall);
            running[t] = alive[t] = !empty;
            const Lanes inverse = Lanes::all(-4.0f) / select(empty, Lanes::all(1.0f), largest.value);
            sums[t] = {zeros(), zeros()};
            for (int j = 0; j < kGroupValues; ++j) {
                q[t][j] = nearestCode(inverse * x[t][j], -4, 3);
                sums[t].xq = sums[t].xq + w[t][j] * x[t][j] * q[t][j];
                sums[t].q2 = sums[t].q2 + w[t][j] * q[t][j] * q[t][j];
            }
        }
        coordinateDescent<kGroupValues, turns>(x, w, -4, 3, running, q, sums);
        for (int t = 0; t < turns; ++t) {
            for (int j = 0; j < kGroupValues; ++j) kept[t][j] = select(alive[t], q[t][j] + Lanes::all(4.0f), zeros());
            select((zeros() < sums[t].q2) & alive[t], sums[t].xq / sums[t].q2, zeros()).store(scales + t * Lanes::count);
        }
    }

    static float roundScales(const float* scales, std::uint8_t* codes)
    {
        const float extreme = extremeScale(scales);
        if (extreme == 0) {
            std::memset(codes, 0, kGroups);
            return 0;
        }
        const float inverse = -32.0f / extreme;
        for (int g = 0; g < kGroups; ++g) codes[g] = static_cast<std::uint8_t>(nearestCode(inverse * scales[g], -32, 31) + 32);
        return 1.0f / inverse;
    }

    // The same with a search, a lane a block, the groups' errors weighing what their values weigh.
    static void searchScales(const float* scales, const float* weights, std::uint8_t (*stored)[kGroups], float* scale)
    {
        for (int first = 0; first < batch; first += Lanes::count) {
            Lanes x[kGroups], w[kGroups];
            const float *at[Lanes::count], *weightsAt[Lanes::count];
            for (int lane = 0; lane < Lanes::count; ++lane) {
                const int b = first + lane < batch ? first + lane : batch - 1;
                at[lane] = scales + b * kGroups;
                weightsAt[lane] = weights + b * kGroups;
            }
            loadTile<kGroups>(at, x);
            loadTile<kGroups>(weightsAt, w);
            const SymmetricFit fit = symmetricSearch<kGroups, 32>(x, w);
            Lanes q[kGroups];
            for (int g = 0; g < kGroups; ++g)
                q[g] = select(fit.empty, zeros(), nearestCode(fit.inverse * x[g], -32, 31) + Lanes::all(32.0f));
            float found[Lanes::count];
            fit.scale.store(found);
            std::uint8_t codes[Lanes::count][kGroups];
            storeCodes<kGroups>(q, codes[0], kGroups);
            for (int lane = 0; lane < Lanes::count && first + lane < batch; ++lane) {
                scale[first + lane] = found[lane];
                std::memcpy(stored[first + lane], codes[lane], kGroups);
            }
        }
    }

    static void packScales(const std::uint8_t* scales, std::uint8_t* p)
    {
        for (int g = 0; g < 8; ++g) p[g] = static_cast<std::uint8_t>((scales[g] & 15) | (scales[8 + g] & 15) << 4);
        for (int g = 0; g < 4; ++g) {
            const std::uint8_t* s = scales + g;
            p[8 + g] = static_cast<std::uint8_t>(s[0] >> 4 | s[4] >> 4 << 2 | s[8] >> 4 << 4 | s[12] >> 4 << 6);
        }
    }

    static void packCodes(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int l = 0; l < 32; ++l) {
            unsigned high = 0;
            for (int g = 0; g < 8; ++g) high |= static_cast<unsigned>(codes[32 * g + l] >> 2) << g;
            p[l] = static_cast<std::uint8_t>(high);
        }
        for (int h = 0; h < 2; ++h)
            for (int l = 0; l < 32; ++l) {
                const std::uint8_t* c = codes + 128 * h + l;
                p[32 + 32 * h + l] =
                    static_cast<std::uint8_t>((c[0] & 3) | (c[32] & 3) << 2 | (c[64] & 3) << 4 | (c[96] & 3) << 6);
            }
    }
};

} // namespace
} // namespace corral::quant
