#pragma once
// Q5_1: d f16 [0:2], m f16 [2:4], qh u32 [4:8], qs [8:24]; q = nibble + 16 · bit i of qh, x = d q + m.
// Byte j of qs holds value j in its low and value j + 16 in its high nibble.
#include "core/quant/nibble_blocks.h"

namespace corral::quant::formats {
namespace {

struct Q5_1 {
    static constexpr int values = 32, bytes = 24, group = 32;
    static constexpr bool affine = true;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;
    static constexpr NibbleLayout layout{.bytes = 24, .codes = 8, .high = 4, .affine = true};

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict offsets)
    {
        scales[0] = halfAt(p);
        offsets[0] = halfAt(p + 2);
    }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        const auto high = readAs<std::uint32_t>(p + 4);
        for (int j = 0; j < 16; ++j) {
            codes[j] = static_cast<std::int8_t>((p[8 + j] & 15) | ((high >> j) & 1) << 4);
            codes[j + 16] = static_cast<std::int8_t>((p[8 + j] >> 4) | ((high >> (j + 16)) & 1) << 4);
        }
    }
#if defined(__AVX2__)
    static __m256i codes32(Bytes p, int) { return nibbleCodes<layout>(p); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q5_1)

} // namespace corral::quant::formats
