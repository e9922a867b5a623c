#pragma once
// What the dot products on NEON share. Codes times activations are added up four at a time by one instruction (FEAT_DotProd).
#include "core/quant/block_codes.h"

#include <arm_neon.h>

namespace corral::quant {
namespace {

[[maybe_unused]] [[gnu::always_inline]] inline int8x16_t lowNibbles(uint8x16_t bytes) { return vreinterpretq_s8_u8(vandq_u8(bytes, vdupq_n_u8(15))); }
[[maybe_unused]] [[gnu::always_inline]] inline int8x16_t highNibbles(uint8x16_t bytes) { return vreinterpretq_s8_u8(vshrq_n_u8(bytes, 4)); }

// 32 codes times 32 activations, in four sums.
[[maybe_unused]] [[gnu::always_inline]] inline int32x4_t products32(int8x16_t first, int8x16_t last, const std::int8_t* activations)
{
    return vdotq_s32(vdotq_s32(vdupq_n_s32(0), first, vld1q_s8(activations)), last, vld1q_s8(activations + 16));
}

// sum += scale · products
[[gnu::always_inline]] inline void addScaled(float32x4_t& sum, int32x4_t products, float scale)
{
    sum = vfmaq_n_f32(sum, vcvtq_f32_s32(products), scale);
}

// K::step(p, x, s, sum) adds the products of the block at p with the activations of block s to the lanes of sum.
template <class K, class B>
void dotSteps(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    const std::int64_t steps = n / B::values;
    for (std::int64_t row = 0; row < rows; ++row) {
        auto p = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(row) * rowBytes;
        float32x4_t even = vdupq_n_f32(0), odd = vdupq_n_f32(0); // two chains, to hide the latency of the additions
        std::int64_t s = 0;
        for (; s + 1 < steps; s += 2, p += 2 * B::bytes) {
            K::step(p, x, s, even);
            K::step(p + B::bytes, x, s + 1, odd);
        }
        if (s < steps) K::step(p, x, s, even);
        y[row] = vaddvq_f32(vaddq_f32(even, odd));
    }
}

} // namespace
} // namespace corral::quant
