#pragma once
// Q2_K, Q4_K, Q5_K: groups with scale and minimum, whose small whole-numbered multiples are stored (facts/tensor-types.md § 8.3).
#include "core/quant/encode/affine_search.h"
#include "core/quant/encode/batch.h"
#include "core/quant/encode/symmetric_search.h"
#include "core/quant/encode/weights.h"

namespace corral::quant {
namespace {

// One block's scales as they are stored.
template <int groups> struct GroupScales {
    std::uint8_t scales[groups], minimums[groups];
};

// The 12 bytes of k_scales.h.
[[maybe_unused]] inline void packSixBit(const GroupScales<8>& s, std::uint8_t* p)
{
    for (int j = 0; j < 4; ++j) {
        p[j] = static_cast<std::uint8_t>(s.scales[j] | s.scales[4 + j] >> 4 << 6);
        p[4 + j] = static_cast<std::uint8_t>(s.minimums[j] | s.minimums[4 + j] >> 4 << 6);
        p[8 + j] = static_cast<std::uint8_t>((s.scales[4 + j] & 15) | (s.minimums[4 + j] & 15) << 4);
    }
}

struct Q2_KLayout {
    static constexpr int bytes = 84, group = 16, top = 3, scaleTop = 15, scaleAt = 80;
    static constexpr bool absolute = true;
    static constexpr float squareFactor = 1;
    static constexpr AffineSteps steps{-0.5f, 0.1f, 15};
    template <int n> [[gnu::always_inline]] static void weights(const Lanes* x, Lanes* w)
    {
        for (int j = 0; j < n; ++j) w[j] = magnitude(x[j]);
    }
    static void packScales(const GroupScales<16>& s, std::uint8_t* p)
    {
        for (int g = 0; g < 16; ++g) p[g] = static_cast<std::uint8_t>(s.scales[g] | s.minimums[g] << 4);
    }
    static void packCodes(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int h = 0; h < 2; ++h)
            for (int l = 0; l < 32; ++l) {
                const std::uint8_t* c = codes + 128 * h + l;
                p[16 + 32 * h + l] = static_cast<std::uint8_t>(c[0] | c[32] << 2 | c[64] << 4 | c[96] << 6);
            }
    }
};

// Root mean square of the group + |x|.
template <int n> [[gnu::always_inline]] inline void rootSquareWeights(const Lanes* x, Lanes* w)
{
    Lanes squares = zeros();
    for (int j = 0; j < n; ++j) squares = squares + x[j] * x[j];
    const Lanes root = squareRoot(squares / Lanes::all(n));
    for (int j = 0; j < n; ++j) w[j] = root + magnitude(x[j]);
}

struct Q4_KLayout {
    static constexpr int bytes = 144, group = 32, top = 15, scaleTop = 63, scaleAt = 0;
    static constexpr bool absolute = false;
    static constexpr float squareFactor = 2;
    static constexpr AffineSteps steps{-1.0f, 0.1f, 20};
    template <int n> [[gnu::always_inline]] static void weights(const Lanes* x, Lanes* w) { rootSquareWeights<n>(x, w); }
    static void packScales(const GroupScales<8>& s, std::uint8_t* p) { packSixBit(s, p + 4); }
    static void packCodes(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int t = 0; t < 4; ++t)
            for (int l = 0; l < 32; ++l)
                p[16 + 32 * t + l] = static_cast<std::uint8_t>(codes[64 * t + l] | codes[64 * t + 32 + l] << 4);
    }
};

struct Q5_KLayout {
    static constexpr int bytes = 176, group = 32, top = 31, scaleTop = 63, scaleAt = 0;
    static constexpr bool absolute = false;
    static constexpr float squareFactor = 2;
    static constexpr AffineSteps steps{-0.5f, 0.1f, 15};
    template <int n> [[gnu::always_inline]] static void weights(const Lanes* x, Lanes* w) { rootSquareWeights<n>(x, w); }
    static void packScales(const GroupScales<8>& s, std::uint8_t* p) { packSixBit(s, p + 4); }
    static void packCodes(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
    {
        for (int l = 0; l < 32; ++l) {
            unsigned high = 0;
            for (int g = 0; g < 8; ++g) high |= static_cast<unsigned>(codes[32 * g + l] >> 4) << g;
            p[16 + l] = static_cast<std::uint8_t>(high);
        }
        for (int t = 0; t < 4; ++t)
            for (int l = 0; l < 32; ++l)
                p[48 + 32 * t + l] = static_cast<std::uint8_t>((codes[64 * t + l] & 15) | codes[64 * t + 32 + l] << 4);
    }
};

template <class K> struct KAffine {
    static constexpr int values = 256, bytes = K::bytes, group = K::group, groups = values / group;
    static constexpr int turns = Lanes::count == 1 ? 1 : 4; // tiles searched together
    static constexpr int tiles = Lanes::count == 1 ? groups : 4;
    static constexpr int batch = tiles * Lanes::count / groups;
    static constexpr bool usesImportance = true;
    static constexpr Squares squares = Squares::Block;
    static constexpr AffineSteps weightedSteps{-0.9f, 0.05f, 36};

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[tiles][group], w[tiles][group];
        AffineFit fits[tiles];
        for (int t = 0; t < tiles; ++t) {
            const float* starts[Lanes::count];
            in.template tile<values, group>(in.values, t, starts);
            loadTile<group>(starts, x[t]);
            if constexpr (weighted) {
                in.template tile<values, group>(in.importance, t, starts);
                loadTile<group>(starts, w[t]);
                float sigma2[Lanes::count];
                for (int lane = 0; lane < Lanes::count; ++lane)
                    sigma2[lane] = K::squareFactor * in.meanSquare[(t * Lanes::count + lane) / groups];
                importanceWeights<group>(x[t], Lanes::load(sigma2), w[t], K::template weights<group>);
            } else {
                K::template weights<group>(x[t], w[t]);
            }
        }
        for (int t = 0; t < tiles; t += turns)
            affineSearch<group, K::top, turns, K::absolute && !weighted>(x + t, w + t, weighted ? weightedSteps : K::steps, fits + t);

        float scales[batch * groups], minimums[batch * groups], weights[batch * groups];
        for (int t = 0; t < tiles; ++t) {
            fits[t].scale.store(scales + t * Lanes::count);
            (zeros() - fits[t].minimum).store(minimums + t * Lanes::count);
            if constexpr (weighted) {
                Lanes sum = w[t][0];
                for (int j = 1; j < group; ++j) sum = sum + w[t][j];
                sum.store(weights + t * Lanes::count);
            }
        }
        GroupScales<groups> stored[batch] = {};
        float scale[batch], minimum[batch]; // that of code 1
        if constexpr (weighted)
            searchScales(scales, minimums, weights, stored, scale, minimum);
        else
            for (int b = 0; b < batch; ++b) {
                scale[b] = roundScales(scales + b * groups, stored[b].scales);
                minimum[b] = roundScales(minimums + b * groups, stored[b].minimums);
            }

        float steps[batch * groups], offsets[batch * groups]; // what a reader multiplies codes with, and subtracts
        std::uint8_t header[batch][4];
        for (int b = 0; b < batch; ++b) {
            const float d = storeHalfScale(scale[b], header[b]), dmin = storeHalfScale(minimum[b], header[b] + 2);
            for (int g = 0; g < groups; ++g) {
                steps[b * groups + g] = d * static_cast<float>(stored[b].scales[g]);
                offsets[b * groups + g] = dmin * static_cast<float>(stored[b].minimums[g]);
            }
        }
        std::uint8_t codes[batch * values];
        for (int t = 0; t < tiles; ++t) {
            const Lanes step = Lanes::load(steps + t * Lanes::count), offset = Lanes::load(offsets + t * Lanes::count);
            const Mask lost = step == zeros(); // these keep the codes of the search
            Lanes q[group];
            for (int j = 0; j < group; ++j) q[j] = nearestCode((x[t][j] + offset) / step, 0, K::top);
            if (any(lost))
                for (int j = 0; j < group; ++j)
                    q[j] = select(lost, nearestCode(fits[t].inverse * (x[t][j] - fits[t].base), 0, K::top), q[j]);
            storeCodes<group>(q, codes + t * Lanes::count * group, group);
        }
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            std::memcpy(p + K::scaleAt, header[b], 4);
            K::packScales(stored[b], p);
            K::packCodes(codes + b * values, p);
        }
    }

    // Groups' scales → whole numbers up to the largest; returns what 1 stands for.
    static float roundScales(const float* scales, std::uint8_t* codes)
    {
        float largest = 0;
        for (int g = 0; g < groups; ++g) largest = scales[g] > largest ? scales[g] : largest;
        float inverse = static_cast<float>(K::scaleTop) / largest;
        if (!(inverse < 3.4e38f)) inverse = 0; // nothing, or so little that it is 0 as a half float
        for (int g = 0; g < groups; ++g) codes[g] = static_cast<std::uint8_t>(nearestCode(inverse * scales[g], 0, K::scaleTop));
        return largest / static_cast<float>(K::scaleTop);
    }

    // The same with a search, the groups' errors weighing what their values weigh. Two lanes a block: scales and minimums.
    static void searchScales(const float* scales, const float* minimums, const float* weights, GroupScales<groups>* stored, float* scale,
                             float* minimum)
    {
        for (int first = 0; first < 2 * batch; first += Lanes::count) {
            float values[groups][Lanes::count], importance[groups][Lanes::count];
            for (int lane = 0; lane < Lanes::count; ++lane) {
                const int at = first + lane < 2 * batch ? first + lane : 2 * batch - 1;
                const float* source = at < batch ? scales + at * groups : minimums + (at - batch) * groups;
                for (int g = 0; g < groups; ++g) {
                    values[g][lane] = source[g];
                    importance[g][lane] = weights[at % batch * groups + g];
                }
            }
            Lanes x[groups], w[groups], q[groups];
            for (int g = 0; g < groups; ++g) {
                x[g] = Lanes::load(values[g]);
                w[g] = Lanes::load(importance[g]);
            }
            float found[Lanes::count];
            positiveSearch<groups>(x, w, static_cast<float>(K::scaleTop), q).store(found);
            for (int g = 0; g < groups; ++g) q[g].store(values[g]);
            for (int lane = 0; lane < Lanes::count && first + lane < 2 * batch; ++lane) {
                const int b = (first + lane) % batch;
                const bool isScale = first + lane < batch;
                (isScale ? scale : minimum)[b] = found[lane];
                for (int g = 0; g < groups; ++g)
                    (isScale ? stored[b].scales : stored[b].minimums)[g] = static_cast<std::uint8_t>(values[g][lane]);
            }
        }
    }
};

} // namespace
} // namespace corral::quant
