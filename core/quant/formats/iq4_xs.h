#pragma once
// IQ4_XS: d f16 [0:2], scales_h u16 [2:4], scales_l [4:8], qs [8:136]; group g has the six-bit scale ls = nibble g of scales_l
// + 16 · (bits 2g of scales_h), x = d (ls − 32) · kValuesIq4[q]; nibbles of a group's 16 bytes as in IQ4_NL.
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

namespace corral::quant::formats {
namespace {

struct IQ4_xs {
    static constexpr int values = 256, bytes = 136, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        const unsigned high = readAs<std::uint16_t>(p + 2);
        for (int g = 0; g < 8; ++g) {
            const int low = (p[4 + g / 2] >> (4 * (g % 2))) & 15;
            scales[g] = d * static_cast<float>((low | static_cast<int>((high >> (2 * g)) & 3) << 4) - 32);
        }
    }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int g = 0; g < 8; ++g)
            for (int j = 0; j < 16; ++j) {
                codes[32 * g + j] = kValuesIq4[p[8 + 16 * g + j] & 15];
                codes[32 * g + 16 + j] = kValuesIq4[p[8 + 16 * g + j] >> 4];
            }
    }
#if defined(__AVX2__)
    // The eight scales less 32, as int16.
    [[gnu::always_inline]] static __m128i signedScales(Bytes p)
    {
        const std::uint64_t scales =
            _pdep_u64(readAs<std::uint32_t>(p + 4), 0x0f0f0f0f0f0f0f0fu) | _pdep_u64(readAs<std::uint16_t>(p + 2), 0x3030303030303030u);
        return _mm_sub_epi16(_mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<long long>(scales))), _mm_set1_epi16(32));
    }
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g)
    {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 8 + 16 * g));
        const __m256i nibbles = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
        const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kValuesIq4.data()));
        return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), nibbles);
    }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(iq4_xs)

} // namespace corral::quant::formats
