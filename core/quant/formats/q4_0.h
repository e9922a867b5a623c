#pragma once
// Q4_0: d f16 [0:2], qs [2:18]; x = d (q − 8).
// Byte j of qs holds value j in its low and value j + 16 in its high nibble.
#include "core/quant/nibble_blocks.h"

namespace corral::quant::formats {
namespace {

struct Q4_0 {
    static constexpr int values = 32, bytes = 18, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;
    static constexpr NibbleLayout layout{.bytes = 18, .codes = 2, .offset = 8};

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict) { scales[0] = halfAt(p); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int j = 0; j < 16; ++j) {
            codes[j] = static_cast<std::int8_t>((p[2 + j] & 15) - 8);
            codes[j + 16] = static_cast<std::int8_t>((p[2 + j] >> 4) - 8);
        }
    }
#if defined(__AVX2__)
    static __m256i codes32(Bytes p, int) { return nibbleCodes<layout>(p); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q4_0)
CORRAL_DECLARE_NEON(q4_0)

} // namespace corral::quant::formats
