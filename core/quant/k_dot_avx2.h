#pragma once
// Pieces of the 256-value dot products on AVX2: codes times activations in pairs (vpmaddubsw, no saturation for codes up to 63), pairs
// times the integer scales (vpmaddwd), so a whole block adds up in int32.
#include "core/quant/dot_frame.h"

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline __m256i sumsOf16(const ActivationRow& x, std::int64_t s)
{
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(x.sums + 16 * s));
}

// Byte shuffle within 128-bit lanes: word `word` everywhere in the lower lane, word + `Step` in the upper.
template <int Step> [[gnu::always_inline]] inline __m256i scaleShuffle(int word)
{
    const auto pattern = [](int w) { return _mm_set1_epi16(static_cast<short>((2 * w) | (2 * w + 1) << 8)); };
    return _mm256_set_m128i(pattern(word + Step), pattern(word));
}
[[gnu::always_inline]] inline __m256i scalePair(int word) { return scaleShuffle<1>(word); }

// Σ over the eight groups of 32: codes(g) · activations · scales, two scales of 16 values a group; scales: 16 int16.
template <class Codes> [[gnu::always_inline]] inline __m256i scaledProducts16(Codes codes, __m256i scales, const std::int8_t* activations)
{
    const __m256i halves[2] = {_mm256_permute2x128_si256(scales, scales, 0x00), _mm256_permute2x128_si256(scales, scales, 0x11)};
    __m256i sum = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int g = 0; g < 8; ++g) {
        const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(activations + 32 * g));
        const __m256i scale = _mm256_shuffle_epi8(halves[g / 4], scalePair(2 * (g % 4)));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes(g), a), scale));
    }
    return sum;
}

// The same with one scale a group; scales: eight int16 in both halves.
template <class Codes> [[gnu::always_inline]] inline __m256i scaledProducts32(Codes codes, __m256i scales, const std::int8_t* activations)
{
    __m256i sum = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int g = 0; g < 8; ++g) {
        const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(activations + 32 * g));
        const __m256i scale = _mm256_shuffle_epi8(scales, scaleShuffle<0>(g));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes(g), a), scale));
    }
    return sum;
}

// sum += scale · products
[[gnu::always_inline]] inline void addScaled(__m256& sum, __m256i products, float scale)
{
    sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(products), _mm256_set1_ps(scale), sum);
}

} // namespace
} // namespace corral::quant
