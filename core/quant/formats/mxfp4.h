#pragma once
// MXFP4: e u8 [0:1], qs [1:17]; x = 2^(e − 128) · kValuesFp4[q].
// Byte j of qs holds value j in its low and value j + 16 in its high nibble.
#include "core/quant/nibble_blocks.h"

namespace corral::quant::formats {
namespace {

// 2^(e − 128): the exponent field of a float32, or one of its two subnormals for e = 0 and 1.
[[gnu::always_inline]] inline float halvedE8m0(std::uint8_t e)
{
    const std::uint32_t bits = e < 2 ? 0x00200000u << e : static_cast<std::uint32_t>(e - 1) << 23;
    return std::bit_cast<float>(bits);
}

struct Mxfp4 {
    static constexpr int values = 32, bytes = 17, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;
    static constexpr NibbleLayout layout{.bytes = 17, .codes = 1, .offset = 12, .tabled = true, .e8m0 = true, .table = kValuesFp4};

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict) { scales[0] = halvedE8m0(p[0]); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int j = 0; j < 16; ++j) {
            codes[j] = kValuesFp4[p[1 + j] & 15];
            codes[j + 16] = kValuesFp4[p[1 + j] >> 4];
        }
    }
#if defined(__AVX2__)
    static __m256i codes32(Bytes p, int) { return nibbleCodes<layout>(p); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(mxfp4)

} // namespace corral::quant::formats
