#pragma once
// Rounding one group of activations to int8, written for the compiler's vectorizer and instantiated for each instruction set
// (internal linkage: see block_codes.h). All steps are exact or correctly rounded float32 operations, so every level gives the same codes.
#include <bit>
#include <cmath>
#include <cstdint>

namespace corral::quant {

// x[0..count · Group) → codes, one scale a group, one sum for `PerSum` values.
using QuantizeFn = void (*)(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums);

namespace {

template <int Group, int PerSum>
void quantizeGroups(const float* __restrict x, std::int64_t groups, std::int8_t* __restrict codes, float* __restrict scales,
                    std::int16_t* __restrict sums)
{
    constexpr int lanes = 16;
    for (std::int64_t g = 0; g < groups; ++g, x += Group, codes += Group) {
        std::uint32_t maxima[lanes] = {}; // magnitudes of floats order like their bit patterns
        for (int i = 0; i < Group; i += lanes)
            for (int j = 0; j < lanes; ++j) {
                const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(x[i + j]) & 0x7fffffffu;
                maxima[j] = maxima[j] < magnitude ? magnitude : maxima[j];
            }
        std::uint32_t bits = 0;
        for (const std::uint32_t magnitude : maxima) bits = bits < magnitude ? magnitude : bits;
        const float largest = std::bit_cast<float>(bits);
        const bool zero = largest < 1e-30f; // 127 / largest would be near or beyond the largest float
        scales[g] = zero ? 0.0f : largest / 127.0f;
        const float inverse = zero ? 0.0f : 127.0f / largest;
        for (int i = 0; i < Group; i += PerSum) {
            std::int32_t sum = 0;
            for (int j = 0; j < PerSum; ++j) {
                // Adding 1.5 · 2^23 leaves the nearest integer (ties to even) in the low mantissa bits.
                const std::uint32_t rounded = std::bit_cast<std::uint32_t>(x[i + j] * inverse + 12582912.0f);
                const auto code = static_cast<std::int8_t>(rounded & 0xffu);
                codes[i + j] = code;
                sum += code;
            }
            *sums++ = static_cast<std::int16_t>(sum);
        }
    }
}

} // namespace

void quantize32Avx2(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums);
void quantize256Avx2(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums);
void quantize32Avx512(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums);
void quantize256Avx512(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums);

} // namespace corral::quant
