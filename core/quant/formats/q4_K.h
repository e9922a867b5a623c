#pragma once
// Q4_K: d f16 [0:2], dmin f16 [2:4], scales and minimums [4:16], qs [16:144]; x = d sc q − dmin m. Byte l of the 32 bytes t holds
// value 64 t + l in its low and value 64 t + 32 + l in its high nibble.
#include "core/quant/block_codes.h"
#include "core/quant/k_scales.h"

namespace corral::quant::formats {
namespace {

struct Q4_K {
    static constexpr int values = 256, bytes = 144, group = 32;
    static constexpr bool affine = true;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;
    static constexpr int nibbles = 16; // position of 32 bytes for each two groups of 32, the first in the low nibbles

    static void unpackScales(Bytes p, float* scales, float* offsets) { unpackKScales(p, scales, offsets); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int t = 0; t < 4; ++t)
            for (int l = 0; l < 32; ++l) {
                codes[64 * t + l] = static_cast<std::int8_t>(p[16 + 32 * t + l] & 15);
                codes[64 * t + 32 + l] = static_cast<std::int8_t>(p[16 + 32 * t + l] >> 4);
            }
    }
#if defined(__AVX2__)
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g)
    {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 16 + 32 * (g / 2)));
        return _mm256_and_si256(_mm256_srli_epi16(bytes, 4 * (g % 2)), _mm256_set1_epi8(15));
    }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q4_K)
CORRAL_DECLARE_NEON(q4_K)

} // namespace corral::quant::formats
