#pragma once
// The formats of 32 values with one half-float scale: Q8_0, Q4_0, Q5_0 (around zero), Q4_1, Q5_1 (with a minimum). Without importances
// plain rounding (facts/tensor-types.md § 8.1), with them the searches of § 8.2 and § 8.3.
#include "core/quant/encode/affine_search.h"
#include "core/quant/encode/batch.h"
#include "core/quant/encode/symmetric_search.h"
#include "core/quant/encode/weights.h"

namespace corral::quant {
namespace {

// A block is one group, so a tile is as many blocks as there are lanes.
inline constexpr int kSmall = 32;

// 32 codes of five bits → a word of their fifth bits.
[[maybe_unused, gnu::always_inline]] inline void packFifthBits(const std::uint8_t* codes, std::uint8_t* p)
{
    std::uint32_t bits = 0;
    for (int j = 0; j < kSmall; ++j) bits |= static_cast<std::uint32_t>(codes[j] >> 4) << j;
    std::memcpy(p, &bits, sizeof bits);
}

struct Q8_0Encoder {
    static constexpr int values = kSmall, bytes = 34, group = kSmall, batch = Lanes::count;
    static constexpr bool usesImportance = false;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[group];
        loadTile<group>(in.values, x);
        Lanes largest = zeros();
        for (const Lanes& value : x) largest = greatest(largest, magnitude(value));
        const Lanes scale = largest / Lanes::all(127.0f);
        const Inverse inverse(scale);
        Lanes q[group];
        for (int j = 0; j < group; ++j) // made positive
            q[j] = select(inverse.lost, zeros(), roundedAway(x[j] * inverse.value)) + Lanes::all(128.0f);
        float scales[batch];
        std::uint8_t codes[batch * values];
        scale.store(scales);
        storeCodes<group>(q, codes, values);
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            storeHalfScale(scales[b], p);
            for (int j = 0; j < values; ++j) p[2 + j] = codes[b * values + j] ^ 0x80;
        }
    }
};

// Q4_0, Q5_0: codes 0 … 2 half − 1 stand for −half … half − 1.
template <int half> struct RoundAroundZero {
    static constexpr bool fifthBits = half == 16;
    static constexpr int values = kSmall, bytes = fifthBits ? 22 : 18, group = kSmall, batch = Lanes::count;
    static constexpr bool usesImportance = true;
    static constexpr Squares squares = Squares::Row;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[group], q[group], scale;
        loadTile<group>(in.values, x);
        if constexpr (weighted) {
            Lanes w[group];
            loadTile<group>(in.importance, w);
            importanceWeights<group>(x, Lanes::load(in.meanSquare), w, squareWeights<group>);
            const SymmetricFit fit = symmetricSearch<group, half>(x, w);
            scale = fit.scale;
            for (int j = 0; j < group; ++j)
                q[j] = select(fit.empty, zeros(), nearestCode(fit.inverse * x[j], -half, half - 1) + Lanes::all(half));
        } else {
            scale = largestOf<group>(x).value / Lanes::all(-half);
            const Inverse inverse(scale);
            for (int j = 0; j < group; ++j) {
                const Lanes rounded = least(x[j] * inverse.value + Lanes::all(half + 0.5f), Lanes::all(2 * half - 1));
                q[j] = select(inverse.lost, zeros(), rounded);
            }
        }
        float scales[batch];
        std::uint8_t codes[batch * values];
        scale.store(scales);
        storeCodes<group>(q, codes, values);
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            storeHalfScale(scales[b], p);
            if constexpr (fifthBits) packFifthBits(codes + b * values, p + 2);
            packNibbles(codes + b * values, p + bytes - 16);
        }
    }
};

// Q4_1, Q5_1: codes 0 … top above a minimum.
template <int top> struct RoundAboveMinimum {
    static constexpr bool fifthBits = top == 31;
    static constexpr int turns = Lanes::count == 1 ? 1 : 4; // tiles searched together
    static constexpr int values = kSmall, bytes = fifthBits ? 24 : 20, group = kSmall, batch = turns * Lanes::count;
    static constexpr bool usesImportance = true;
    static constexpr Squares squares = Squares::Row;
    static constexpr AffineSteps steps{-0.9f, 0.05f, 36};

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        if constexpr (weighted) {
            Lanes x[turns][group], w[turns][group];
            AffineFit fits[turns];
            for (int t = 0; t < turns; ++t) {
                loadTile<group>(in.values + t * Lanes::count, x[t]);
                loadTile<group>(in.importance + t * Lanes::count, w[t]);
                importanceWeights<group>(x[t], Lanes::load(in.meanSquare + t * Lanes::count), w[t], squareWeights<group>);
            }
            affineSearch<group, top, turns, false>(x, w, steps, fits);
            for (int t = 0; t < turns; ++t) {
                Lanes q[group];
                for (int j = 0; j < group; ++j) q[j] = nearestCode(fits[t].inverse * (x[t][j] - fits[t].base), 0, top);
                write(in, t, fits[t].scale, fits[t].minimum, q);
            }
        } else {
            for (int t = 0; t * Lanes::count < in.count; ++t) {
                Lanes x[group], q[group];
                loadTile<group>(in.values + t * Lanes::count, x);
                Lanes minimum = x[0], largest = x[0];
                for (int j = 1; j < group; ++j) {
                    minimum = least(minimum, x[j]);
                    largest = greatest(largest, x[j]);
                }
                const Lanes scale = (largest - minimum) / Lanes::all(top);
                const Inverse inverse(scale);
                for (int j = 0; j < group; ++j) {
                    const Lanes rounded = least((x[j] - minimum) * inverse.value + Lanes::all(0.5f), Lanes::all(top));
                    q[j] = select(inverse.lost, zeros(), rounded);
                }
                write(in, t, scale, minimum, q);
            }
        }
    }

    static void write(const Batch<batch>& in, int t, Lanes scale, Lanes minimum, const Lanes* q)
    {
        float scales[Lanes::count], minimums[Lanes::count];
        std::uint8_t codes[Lanes::count * values];
        scale.store(scales);
        minimum.store(minimums);
        storeCodes<group>(q, codes, values);
        for (int lane = 0; lane < Lanes::count && t * Lanes::count + lane < in.count; ++lane) {
            std::uint8_t* p = in.out + (t * Lanes::count + lane) * bytes;
            storeHalfScale(scales[lane], p);
            storeHalfScale(minimums[lane], p + 2);
            if constexpr (fifthBits) packFifthBits(codes + lane * values, p + 4);
            packNibbles(codes + lane * values, p + bytes - 16);
        }
    }
};

} // namespace
} // namespace corral::quant
