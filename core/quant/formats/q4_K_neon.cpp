#if defined(__aarch64__)
#include "core/quant/dot_frame_neon.h"
#include "core/quant/formats/q4_K.h"

namespace corral::quant::formats {
namespace {

// A block adds up in int32: products of a group of 32 times its scale; minimum g times the sums of its two 16s.
struct Kernel {
    [[gnu::always_inline]] static void step(Bytes p, const ActivationRow& x, std::int64_t s, float32x4_t& sum)
    {
        const SixBitScales packed = unpackSixBit(p + 4);
        const std::int8_t* a = x.codes + 256 * s;
        int32x4_t products = vdupq_n_s32(0);
#pragma GCC unroll 4
        for (int t = 0; t < 4; ++t) {
            const uint8x16_t first = vld1q_u8(p + 16 + 32 * t), last = vld1q_u8(p + 32 + 32 * t);
            const auto scale = [&](int g) { return static_cast<std::int32_t>(packed.scales >> (8 * g) & 0xff); };
            products = vmlaq_n_s32(products, products32(lowNibbles(first), lowNibbles(last), a + 64 * t), scale(2 * t));
            products = vmlaq_n_s32(products, products32(highNibbles(first), highNibbles(last), a + 64 * t + 32), scale(2 * t + 1));
        }
        const int16x8_t sums = vpaddq_s16(vld1q_s16(x.sums + 16 * s), vld1q_s16(x.sums + 16 * s + 8));
        const int16x8_t minimums = vreinterpretq_s16_u16(vmovl_u8(vcreate_u8(packed.minimums)));
        const int32x4_t offsets = vmlal_high_s16(vmull_s16(vget_low_s16(sums), vget_low_s16(minimums)), sums, minimums);
        addScaled(sum, products, halfAt(p) * x.scales[s]);
        addScaled(sum, offsets, -(halfAt(p + 2) * x.scales[s]));
    }
};

} // namespace

void q4_K_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q4_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
