#pragma once
// Q2_K: scales u8 × 16 [0:16] (low nibble: scale, high: minimum of a group of 16), qs [16:80], d f16 [80:82], dmin f16 [82:84];
// x = d sc q − dmin m. Value 128 h + 32 p + l is bits 2p of qs[32 h + l].
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q2_K {
    static constexpr int values = 256, bytes = 84, group = 16;
    static constexpr bool affine = true;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict offsets)
    {
        const float d = halfAt(p + 80);
        const float dmin = halfAt(p + 82);
        for (int g = 0; g < 16; ++g) {
            scales[g] = d * static_cast<float>(p[g] & 15);
            offsets[g] = -(dmin * static_cast<float>(p[g] >> 4));
        }
    }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int h = 0; h < 2; ++h)
            for (int plane = 0; plane < 4; ++plane)
                for (int l = 0; l < 32; ++l)
                    codes[128 * h + 32 * plane + l] = static_cast<std::int8_t>((p[16 + 32 * h + l] >> (2 * plane)) & 3);
    }
#if defined(__AVX2__)
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g)
    {
        const __m256i planes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 16 + 32 * (g / 4)));
        return _mm256_and_si256(_mm256_srli_epi16(planes, 2 * (g % 4)), _mm256_set1_epi8(3));
    }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q2_K)

} // namespace corral::quant::formats
