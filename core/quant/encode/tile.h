#pragma once
// A tile: `Lanes::count` groups of values side by side, one a lane. Element j of all groups is one vector, so a loop over a group's
// elements is the sequential loop of the definition (facts/tensor-types.md § 8), run for all groups at once.
#include "core/quant/encode/lanes.h"

namespace corral::quant {
namespace {

// groups[lane][j] → x[j], j < n, n a multiple of 16.
template <int n> [[gnu::always_inline]] inline void loadTile(const float* const* groups, Lanes* x)
{
    static_assert(n % 16 == 0);
#if defined(__AVX512F__)
    for (int c = 0; c < n; c += 16) {
        __m512 a[16], b[16];
        for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_ps(groups[i] + c);
        for (int i = 0; i < 16; i += 2) {
            b[i] = _mm512_unpacklo_ps(a[i], a[i + 1]);
            b[i + 1] = _mm512_unpackhi_ps(a[i], a[i + 1]);
        }
        for (int i = 0; i < 16; i += 4)
            for (int k = 0; k < 2; ++k) {
                const __m512d first = _mm512_castps_pd(b[i + k]), second = _mm512_castps_pd(b[i + 2 + k]);
                a[i + 2 * k] = _mm512_castpd_ps(_mm512_unpacklo_pd(first, second));
                a[i + 2 * k + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(first, second));
            }
        for (int k = 0; k < 4; ++k) {
            const __m512 even0 = _mm512_shuffle_f32x4(a[k], a[4 + k], 0x88), odd0 = _mm512_shuffle_f32x4(a[k], a[4 + k], 0xdd);
            const __m512 even1 = _mm512_shuffle_f32x4(a[8 + k], a[12 + k], 0x88), odd1 = _mm512_shuffle_f32x4(a[8 + k], a[12 + k], 0xdd);
            x[c + k].v = _mm512_shuffle_f32x4(even0, even1, 0x88);
            x[c + 4 + k].v = _mm512_shuffle_f32x4(odd0, odd1, 0x88);
            x[c + 8 + k].v = _mm512_shuffle_f32x4(even0, even1, 0xdd);
            x[c + 12 + k].v = _mm512_shuffle_f32x4(odd0, odd1, 0xdd);
        }
    }
#elif defined(__AVX2__)
    for (int c = 0; c < n; c += 8) {
        __m256 a[8], b[8];
        for (int i = 0; i < 8; ++i) a[i] = _mm256_loadu_ps(groups[i] + c);
        for (int i = 0; i < 8; i += 2) {
            b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
            b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
        }
        for (int i = 0; i < 8; i += 4)
            for (int k = 0; k < 2; ++k) {
                a[i + 2 * k] = _mm256_shuffle_ps(b[i + k], b[i + 2 + k], 0x44);
                a[i + 2 * k + 1] = _mm256_shuffle_ps(b[i + k], b[i + 2 + k], 0xee);
            }
        for (int k = 0; k < 4; ++k) {
            x[c + k].v = _mm256_permute2f128_ps(a[k], a[4 + k], 0x20);
            x[c + 4 + k].v = _mm256_permute2f128_ps(a[k], a[4 + k], 0x31);
        }
    }
#else
    for (int j = 0; j < n; ++j) x[j].v = groups[0][j];
#endif
}

// codes[j], j < n, numbers of [0, 256) whose fractions are dropped → bytes[lane * stride + j]; n a multiple of 16.
template <int n> [[gnu::always_inline]] inline void storeCodes(const Lanes* codes, std::uint8_t* bytes, int stride)
{
    static_assert(n % 16 == 0);
#if defined(__AVX512F__)
    for (int j = 0; j < n; j += 16) {
        __m512i c[4]; // four codes of a group in a dword
        for (int k = 0; k < 4; ++k) {
            const __m512i first = _mm512_cvttps_epi32(codes[j + 4 * k].v), second = _mm512_cvttps_epi32(codes[j + 4 * k + 1].v);
            const __m512i third = _mm512_cvttps_epi32(codes[j + 4 * k + 2].v), fourth = _mm512_cvttps_epi32(codes[j + 4 * k + 3].v);
            c[k] = _mm512_or_si512(_mm512_or_si512(first, _mm512_slli_epi32(second, 8)),
                                   _mm512_or_si512(_mm512_slli_epi32(third, 16), _mm512_slli_epi32(fourth, 24)));
        }
        const __m512i low0 = _mm512_unpacklo_epi32(c[0], c[1]), high0 = _mm512_unpackhi_epi32(c[0], c[1]);
        const __m512i low1 = _mm512_unpacklo_epi32(c[2], c[3]), high1 = _mm512_unpackhi_epi32(c[2], c[3]);
        const __m512i r[4] = {_mm512_unpacklo_epi64(low0, low1), _mm512_unpackhi_epi64(low0, low1), _mm512_unpacklo_epi64(high0, high1),
                              _mm512_unpackhi_epi64(high0, high1)}; // the 128-bit lane m of r[k]: group 4 m + k
        std::uint8_t* out = bytes + j;
        for (int k = 0; k < 4; ++k) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + k * stride), _mm512_castsi512_si128(r[k]));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + (4 + k) * stride), _mm512_extracti32x4_epi32(r[k], 1));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + (8 + k) * stride), _mm512_extracti32x4_epi32(r[k], 2));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + (12 + k) * stride), _mm512_extracti32x4_epi32(r[k], 3));
        }
    }
#elif defined(__AVX2__)
    for (int j = 0; j < n; j += 16) {
        __m256i c[4];
        for (int k = 0; k < 4; ++k) {
            const __m256i first = _mm256_cvttps_epi32(codes[j + 4 * k].v), second = _mm256_cvttps_epi32(codes[j + 4 * k + 1].v);
            const __m256i third = _mm256_cvttps_epi32(codes[j + 4 * k + 2].v), fourth = _mm256_cvttps_epi32(codes[j + 4 * k + 3].v);
            c[k] = _mm256_or_si256(_mm256_or_si256(first, _mm256_slli_epi32(second, 8)),
                                   _mm256_or_si256(_mm256_slli_epi32(third, 16), _mm256_slli_epi32(fourth, 24)));
        }
        const __m256i low0 = _mm256_unpacklo_epi32(c[0], c[1]), high0 = _mm256_unpackhi_epi32(c[0], c[1]);
        const __m256i low1 = _mm256_unpacklo_epi32(c[2], c[3]), high1 = _mm256_unpackhi_epi32(c[2], c[3]);
        const __m256i r[4] = {_mm256_unpacklo_epi64(low0, low1), _mm256_unpackhi_epi64(low0, low1), _mm256_unpacklo_epi64(high0, high1),
                              _mm256_unpackhi_epi64(high0, high1)};
        for (int k = 0; k < 4; ++k) {
            _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + j + k * stride), _mm256_castsi256_si128(r[k]));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + j + (4 + k) * stride), _mm256_extracti128_si256(r[k], 1));
        }
    }
#else
    (void)stride;
    for (int j = 0; j < n; ++j) bytes[j] = static_cast<std::uint8_t>(codes[j].v);
#endif
}

// 32 codes → 16 bytes, code j in the low and code j + 16 in the high nibble of byte j.
[[maybe_unused, gnu::always_inline]] inline void packNibbles(const std::uint8_t* __restrict codes, std::uint8_t* __restrict p)
{
    for (int j = 0; j < 16; ++j) p[j] = static_cast<std::uint8_t>((codes[j] & 15) | codes[16 + j] << 4);
}

// The element of largest magnitude with its sign (the first of equals) and that magnitude.
struct Largest {
    Lanes value, magnitude;
};
template <int n> [[gnu::always_inline]] inline Largest largestOf(const Lanes* x)
{
    Largest largest{zeros(), zeros()};
    for (int j = 0; j < n; ++j) {
        const Lanes m = magnitude(x[j]);
        const Mask larger = largest.magnitude < m;
        largest.magnitude = select(larger, m, largest.magnitude);
        largest.value = select(larger, x[j], largest.value);
    }
    return largest;
}

// means[i] = Σ x² / n of the n values at starts[i], i < count, added one after the other; n a multiple of 16.
[[maybe_unused]] inline void meanSquares(const float* const* starts, int count, std::int64_t n, float* means)
{
    for (int first = 0; first < count; first += Lanes::count) {
        const float* at[Lanes::count];
        for (int lane = 0; lane < Lanes::count; ++lane) at[lane] = starts[first + lane < count ? first + lane : count - 1];
        Lanes sum = zeros();
        for (std::int64_t j = 0; j < n; j += 16) {
            Lanes x[16];
            loadTile<16>(at, x);
            for (const Lanes& value : x) sum = sum + value * value;
            for (const float*& p : at) p += 16;
        }
        float stored[Lanes::count];
        (sum / Lanes::all(static_cast<float>(n))).store(stored);
        for (int lane = 0; lane < Lanes::count && first + lane < count; ++lane) means[first + lane] = stored[lane];
    }
}

} // namespace
} // namespace corral::quant
