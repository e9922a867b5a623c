#pragma once
// Q6_K: ql [0:128], qh [128:192], scales int8 × 16 [192:208], d f16 [208:210]; x = d sc (q − 32). In half h, ql[64 h + l] holds the low
// four bits of values l (low nibble) and l + 64 (high), l = 0 … 63; bits 2c of qh[32 h + l] are the high bits of value 32 c + l, l = 0
// … 31.
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q6_K {
    static constexpr int values = 256, bytes = 210, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p + 208);
        for (int g = 0; g < 16; ++g) scales[g] = d * static_cast<float>(static_cast<std::int8_t>(p[192 + g]));
    }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int h = 0; h < 2; ++h)
            for (int l = 0; l < 32; ++l) {
                const int first = p[64 * h + l], second = p[64 * h + 32 + l], high = p[128 + 32 * h + l];
                codes[128 * h + l] = static_cast<std::int8_t>(((first & 15) | (high & 3) << 4) - 32);
                codes[128 * h + 32 + l] = static_cast<std::int8_t>(((second & 15) | ((high >> 2) & 3) << 4) - 32);
                codes[128 * h + 64 + l] = static_cast<std::int8_t>((first >> 4 | ((high >> 4) & 3) << 4) - 32);
                codes[128 * h + 96 + l] = static_cast<std::int8_t>((second >> 4 | (high >> 6) << 4) - 32);
            }
    }
#if defined(__AVX2__)
    // Codes without the − 32.
    [[gnu::always_inline]] static __m256i unsigned32(Bytes p, int g)
    {
        const int half = g / 4, column = g % 4;
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 64 * half + 32 * (column % 2)));
        const __m256i low = _mm256_and_si256(_mm256_srli_epi16(bytes, 4 * (column / 2)), _mm256_set1_epi8(15));
        const __m256i pairs = _mm256_srli_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 128 + 32 * half)), 2 * column);
        const __m256i high = _mm256_slli_epi16(_mm256_and_si256(pairs, _mm256_set1_epi8(3)), 4);
        return _mm256_or_si256(low, high);
    }
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g) { return _mm256_sub_epi8(unsigned32(p, g), _mm256_set1_epi8(32)); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q6_K)
CORRAL_DECLARE_NEON(q6_K)

} // namespace corral::quant::formats
