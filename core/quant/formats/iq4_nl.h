#pragma once
// IQ4_NL: d f16 [0:2], qs [2:18]; x = d · kValuesIq4[q].
// Byte j of qs holds value j in its low and value j + 16 in its high nibble.
#include "core/quant/nibble_blocks.h"

namespace corral::quant::formats {
namespace {

struct IQ4_nl {
    static constexpr int values = 32, bytes = 18, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;
    static constexpr NibbleLayout layout{.bytes = 18, .codes = 2, .offset = 128, .tabled = true, .table = kValuesIq4};

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict) { scales[0] = halfAt(p); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int j = 0; j < 16; ++j) {
            codes[j] = kValuesIq4[p[2 + j] & 15];
            codes[j + 16] = kValuesIq4[p[2 + j] >> 4];
        }
    }
#if defined(__AVX2__)
    static __m256i codes32(Bytes p, int) { return nibbleCodes<layout>(p); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(iq4_nl)

} // namespace corral::quant::formats
