#pragma once
// The dot product of Q4_K and Q5_K blocks with Q8x256 activations on NEON. A block adds up in int32: products of a group of 32 times its scale; minimum g
// times the sums of its two 16s.
#include "core/quant/dot_frame_neon.h"
#include "core/quant/k_scales.h"

namespace corral::quant {
namespace {

// Nibbles: position of the 128 bytes of low bits; High: of the 32 bytes whose bit g is the fifth of group g, or −1.
template <int Nibbles, int High> struct KNibbles {
    [[gnu::always_inline]] static void step(Bytes p, const ActivationRow& x, std::int64_t s, float32x4_t& sum)
    {
        const SixBitScales packed = unpackSixBit(p + 4);
        const std::int8_t* a = x.codes + 256 * s;
        int32x4_t products = vdupq_n_s32(0);
#pragma GCC unroll 4
        for (int t = 0; t < 4; ++t) {
            const uint8x16_t first = vld1q_u8(p + Nibbles + 32 * t), last = vld1q_u8(p + Nibbles + 32 * t + 16);
            const auto add = [&](int g, int8x16_t codes, int8x16_t next) {
                const auto scale = static_cast<std::int32_t>(packed.scales >> (8 * g) & 0xff);
                products = vmlaq_n_s32(products, products32(fifthBits(p, g, codes), fifthBits(p + 16, g, next), a + 32 * g), scale);
            };
            add(2 * t, lowNibbles(first), lowNibbles(last));
            add(2 * t + 1, highNibbles(first), highNibbles(last));
        }
        const int16x8_t sums = vpaddq_s16(vld1q_s16(x.sums + 16 * s), vld1q_s16(x.sums + 16 * s + 8));
        const int16x8_t minimums = vreinterpretq_s16_u16(vmovl_u8(vcreate_u8(packed.minimums)));
        const int32x4_t offsets = vmlal_high_s16(vmull_s16(vget_low_s16(sums), vget_low_s16(minimums)), sums, minimums);
        addScaled(sum, products, halfAt(p) * x.scales[s]);
        addScaled(sum, offsets, -(halfAt(p + 2) * x.scales[s]));
    }

private:
    [[gnu::always_inline]] static int8x16_t fifthBits([[maybe_unused]] Bytes p, [[maybe_unused]] int g, int8x16_t codes)
    {
        if constexpr (High < 0) return codes;
        const uint8x16_t bits = vshlq_u8(vld1q_u8(p + High), vdupq_n_s8(static_cast<std::int8_t>(4 - g)));
        return vorrq_s8(codes, vreinterpretq_s8_u8(vandq_u8(bits, vdupq_n_u8(16))));
    }
};

} // namespace
} // namespace corral::quant
