#pragma once
// Q5_K: d f16 [0:2], dmin f16 [2:4], scales and minimums [4:16], qh [16:48], qs [48:176]; x = d sc q − dmin m. Nibbles as in Q4_K,
// the fifth bit of group g's value l is bit g of qh[l].
#include "core/quant/block_codes.h"
#include "core/quant/k_scales.h"

namespace corral::quant::formats {
namespace {

struct Q5_K {
    static constexpr int values = 256, bytes = 176, group = 32;
    static constexpr bool affine = true;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpackScales(Bytes p, float* scales, float* offsets) { unpackKScales(p, scales, offsets); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int t = 0; t < 4; ++t)
            for (int l = 0; l < 32; ++l) {
                codes[64 * t + l] = static_cast<std::int8_t>((p[48 + 32 * t + l] & 15) | ((p[16 + l] >> (2 * t)) & 1) << 4);
                codes[64 * t + 32 + l] = static_cast<std::int8_t>((p[48 + 32 * t + l] >> 4) | ((p[16 + l] >> (2 * t + 1)) & 1) << 4);
            }
    }
#if defined(__AVX2__)
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g)
    {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 48 + 32 * (g / 2)));
        const __m256i low = _mm256_and_si256(_mm256_srli_epi16(bytes, 4 * (g % 2)), _mm256_set1_epi8(15));
        const __m256i bits = _mm256_srli_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 16)), g);
        return _mm256_or_si256(low, _mm256_slli_epi16(_mm256_and_si256(bits, _mm256_set1_epi8(1)), 4));
    }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q5_K)
CORRAL_DECLARE_NEON(q5_K)

} // namespace corral::quant::formats
