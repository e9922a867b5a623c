#pragma once
// Q5_0: d f16 [0:2], qh u32 [2:6], qs [6:22]; q = nibble + 16 · bit i of qh, x = d (q − 16).
// Byte j of qs holds value j in its low and value j + 16 in its high nibble.
#include "core/quant/nibble_blocks.h"

namespace corral::quant::formats {
namespace {

struct Q5_0 {
    static constexpr int values = 32, bytes = 22, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;
    static constexpr NibbleLayout layout{.bytes = 22, .codes = 6, .high = 2, .offset = 16};

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict) { scales[0] = halfAt(p); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        const auto high = readAs<std::uint32_t>(p + 2);
        for (int j = 0; j < 16; ++j) {
            codes[j] = static_cast<std::int8_t>(((p[6 + j] & 15) | ((high >> j) & 1) << 4) - 16);
            codes[j + 16] = static_cast<std::int8_t>(((p[6 + j] >> 4) | ((high >> (j + 16)) & 1) << 4) - 16);
        }
    }
#if defined(__AVX2__)
    static __m256i codes32(Bytes p, int) { return nibbleCodes<layout>(p); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q5_0)

} // namespace corral::quant::formats
