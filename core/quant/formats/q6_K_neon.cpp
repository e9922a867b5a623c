#if defined(__aarch64__)
#include "core/quant/dot_frame_neon.h"
#include "core/quant/formats/q6_K.h"

namespace corral::quant::formats {
namespace {

// A block adds up in int32: products of a group of 16 times its scale.
struct Kernel {
    [[gnu::always_inline]] static void step(Bytes p, const ActivationRow& x, std::int64_t s, float32x4_t& sum)
    {
        const std::int8_t* a = x.codes + 256 * s;
        int32x4_t products = vdupq_n_s32(0);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half)
#pragma GCC unroll 2
            for (int part = 0; part < 2; ++part) { // 16 of the 32 bytes that share their high bits
                const uint8x16_t first = vld1q_u8(p + 64 * half + 16 * part), last = vld1q_u8(p + 64 * half + 32 + 16 * part);
                const uint8x16_t high = vld1q_u8(p + 128 + 32 * half + 16 * part);
                const auto add = [&](int column, int8x16_t low, uint8x16_t bits) {
                    const uint8x16_t top = vandq_u8(bits, vdupq_n_u8(0x30));
                    const int8x16_t codes = vsubq_s8(vorrq_s8(low, vreinterpretq_s8_u8(top)), vdupq_n_s8(32));
                    const int value = 128 * half + 32 * column + 16 * part;
                    const int32x4_t group = vdotq_s32(vdupq_n_s32(0), codes, vld1q_s8(a + value));
                    products = vmlaq_n_s32(products, group, static_cast<std::int8_t>(p[192 + value / 16]));
                };
                add(0, lowNibbles(first), vshlq_n_u8(high, 4));
                add(1, lowNibbles(last), vshlq_n_u8(high, 2));
                add(2, highNibbles(first), high);
                add(3, highNibbles(last), vshrq_n_u8(high, 2));
            }
        addScaled(sum, products, halfAt(p + 208) * x.scales[s]);
    }
};

} // namespace

void q6_K_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q6_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
