#pragma once
// Decoding with vector registers, for AVX2 and AVX-512 files: a block type (block_codes.h) with unpackScales() and
//   codes32(p, g)   the signed codes of values 32 g … 32 g + 31 in a register.
// The same float operations as decodeBlocks(), so the same bits.
#include "core/quant/block_codes.h"

#include <immintrin.h>

namespace corral::quant {
namespace {

// values[0..16) = scale * codes (+ offset)
template <bool Affine> [[gnu::always_inline]] inline void store16(__m128i codes, float scale, float offset, float* values)
{
#if defined(__AVX512F__)
    __m512 v = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(codes)), _mm512_set1_ps(scale));
    if constexpr (Affine) v = _mm512_add_ps(v, _mm512_set1_ps(offset));
    _mm512_storeu_ps(values, v);
#else
    for (int half = 0; half < 2; ++half) {
        const __m256i wide = _mm256_cvtepi8_epi32(half == 0 ? codes : _mm_srli_si128(codes, 8));
        __m256 v = _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_set1_ps(scale));
        if constexpr (Affine) v = _mm256_add_ps(v, _mm256_set1_ps(offset));
        _mm256_storeu_ps(values + 8 * half, v);
    }
#endif
}

template <class B> void decodeVectors(const std::byte* blocks, float* values, std::int64_t n)
{
    constexpr int groups = B::values / B::group;
    alignas(64) float scales[groups];
    alignas(64) float offsets[groups];
    auto p = reinterpret_cast<Bytes>(blocks);
    for (std::int64_t i = 0; i < n; i += B::values, p += B::bytes, values += B::values) {
        B::unpackScales(p, scales, offsets);
#pragma GCC unroll 8
        for (int g = 0; g < B::values / 32; ++g) {
            const __m256i codes = B::codes32(p, g);
            const int first = 32 * g / B::group, second = (32 * g + 16) / B::group;
            store16<B::affine>(_mm256_castsi256_si128(codes), scales[first], B::affine ? offsets[first] : 0.0f, values + 32 * g);
            store16<B::affine>(_mm256_extracti128_si256(codes, 1), scales[second], B::affine ? offsets[second] : 0.0f,
                               values + 32 * g + 16);
        }
    }
}

} // namespace
} // namespace corral::quant
