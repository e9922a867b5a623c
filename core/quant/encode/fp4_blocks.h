#pragma once
// MXFP4 and NVFP4: codes for ±(0, ½, 1, 1½, 2, 3, 4, 6) under a scale that follows from the largest magnitude, no search
// (facts/tensor-types.md § 2, § 8.1).
#include "core/quant/encode/batch.h"

#include <bit>

namespace corral::quant {
namespace {

// The code of the value nearest to y, which is in units of half a step (kValuesFp4); in the middle between two the lower code.
CORRAL_LANES Lanes nearestFp4(Lanes y)
{
    const Lanes m = magnitude(y), one = Lanes::all(1.0f), zero = zeros();
    Lanes code = zero;
    for (const float middle : {0.5f, 1.5f, 2.5f, 3.5f, 5.0f, 7.0f, 10.0f}) code = code + select(Lanes::all(middle) < m, one, zero);
    return code + select((y < zero) & (zero < code), Lanes::all(8.0f), zero);
}

template <int n> [[gnu::always_inline]] inline Lanes largestMagnitude(const Lanes* x)
{
    Lanes largest = zeros();
    for (int j = 0; j < n; ++j) largest = greatest(largest, magnitude(x[j]));
    return largest;
}

struct Mxfp4Encoder {
    static constexpr int values = 32, bytes = 17, group = 32, batch = Lanes::count;
    static constexpr bool usesImportance = false;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        Lanes x[group], q[group];
        loadTile<group>(in.values, x);
        float largest[batch], steps[batch];
        std::uint8_t exponents[batch], codes[batch * values];
        largestMagnitude<group>(x).store(largest);
        for (int b = 0; b < batch; ++b) {
            // Largest < 2^(exponent − 126): 6, the largest value, is then 1.5 · 2^(exponent − 125).
            const int exponent = static_cast<int>(std::bit_cast<std::uint32_t>(largest[b]) >> 23) - 2;
            exponents[b] = static_cast<std::uint8_t>(exponent < 0 ? 0 : exponent);
            const std::uint32_t half = exponents[b] < 2 ? 0x00200000u << exponents[b] : static_cast<std::uint32_t>(exponents[b] - 1) << 23;
            steps[b] = std::bit_cast<float>(half); // 2^(e − 128)
        }
        const Lanes step = Lanes::load(steps);
        for (int j = 0; j < group; ++j) q[j] = nearestFp4(x[j] / step);
        storeCodes<group>(q, codes, values);
        for (int b = 0; b < in.count; ++b) {
            in.out[b * bytes] = exponents[b];
            packNibbles(codes + b * values, in.out + b * bytes + 1);
        }
    }
};

struct Nvfp4Encoder {
    static constexpr int values = 64, bytes = 36, group = 16, groups = 4;
    static constexpr int tiles = Lanes::count == 1 ? groups : 4, batch = tiles * Lanes::count / groups;
    static constexpr bool usesImportance = false;

    // The nearest unsigned float of 4 exponent and 3 mantissa bits, halves up.
    static std::uint8_t nearestUe4m3(float x)
    {
        if (!(x > 0)) return 0;
        if (x >= 448) return 0x7e;
        if (x < 0x1p-6f) { // subnormal: mantissa · 2^-9
            const int mantissa = static_cast<int>(x * 512.0f + 0.5f);
            return static_cast<std::uint8_t>(mantissa > 7 ? 7 : mantissa);
        }
        const std::uint32_t rounded = ((std::bit_cast<std::uint32_t>(x) + (1u << 19)) >> 20) - ((127u - 7u) << 3);
        return static_cast<std::uint8_t>(rounded > 0x7e ? 0x7e : rounded);
    }
    // Half of what the byte stands for.
    static float halved(std::uint8_t byte)
    {
        if (byte < 8) return static_cast<float>(byte) * 0x1p-10f;
        return std::bit_cast<float>((static_cast<std::uint32_t>(byte) << 20) + ((127u - 7u - 1u) << 23));
    }

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        std::uint8_t scales[batch * groups], codes[batch * values];
        for (int t = 0; t < tiles; ++t) {
            Lanes x[group], q[group];
            const float* starts[Lanes::count];
            in.template tile<values, group>(in.values, t, starts);
            loadTile<group>(starts, x);
            float largest[Lanes::count], inverses[Lanes::count];
            largestMagnitude<group>(x).store(largest);
            for (int lane = 0; lane < Lanes::count; ++lane) {
                const std::uint8_t scale = nearestUe4m3(largest[lane] / 6.0f);
                scales[t * Lanes::count + lane] = scale;
                inverses[lane] = scale > 0 ? 1.0f / halved(scale) : 0.0f;
            }
            const Lanes inverse = Lanes::load(inverses);
            for (int j = 0; j < group; ++j) q[j] = nearestFp4(x[j] * inverse);
            storeCodes<group>(q, codes + t * Lanes::count * group, group);
        }
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            std::memcpy(p, scales + b * groups, groups);
            const std::uint8_t* c = codes + b * values;
            for (int s = 0; s < groups; ++s)
                for (int j = 0; j < 8; ++j) p[4 + 8 * s + j] = static_cast<std::uint8_t>(c[16 * s + j] | c[16 * s + 8 + j] << 4);
        }
    }
};

} // namespace
} // namespace corral::quant
