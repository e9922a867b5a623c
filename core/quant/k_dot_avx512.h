#pragma once
// Pieces of the 256-value dot products on AVX-512. Codes are multiplied as unsigned bytes with the activations (vpmaddubsw: pairs, no
// saturation for codes up to 63), the pairs with the integer scales as int16 (vpdpwssd), so a whole block adds up in int32, with one
// conversion and one multiplication at its end.
#include "core/quant/dot_frame.h"

namespace corral::quant {
namespace {

// Four registers of 64 activations in the order of the values.
struct Activations256 {
    __m512i part[4];
    [[gnu::always_inline]] Activations256(const ActivationRow& x, std::int64_t s)
    {
        for (int i = 0; i < 4; ++i) part[i] = _mm512_load_si512(x.codes + 256 * s + 64 * i);
    }
};

[[gnu::always_inline]] inline __m256i sumsOf16(const ActivationRow& x, std::int64_t s)
{
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(x.sums + 16 * s));
}

[[gnu::always_inline]] inline __m512i bothHalves(Bytes p)
{
    return _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}

// The index for vpermw that puts word 4 c + i of a register of scales into 128-bit lane i: scales of 16 values for the c-th 64.
[[gnu::always_inline]] inline __m512i scaleOf16(int c)
{
    const __m512i lanes = _mm512_set_epi64(0x0003000300030003, 0x0003000300030003, 0x0002000200020002, 0x0002000200020002,
                                           0x0001000100010001, 0x0001000100010001, 0, 0);
    return _mm512_add_epi16(lanes, _mm512_set1_epi16(static_cast<short>(4 * c)));
}

// Word `low` in the lower 256 bits, word `high` in the upper: scales of 32 values.
[[gnu::always_inline]] inline __m512i scaleOf32(int low, int high)
{
    return _mm512_inserti64x4(_mm512_set1_epi16(static_cast<short>(low)), _mm256_set1_epi16(static_cast<short>(high)), 1);
}

// A matrix for gf2p8affineqb: output bit `to` is input bit `from`, for `count` bits going upwards.
constexpr std::uint64_t moveBits(int from, int to, int count)
{
    std::uint64_t matrix = 0;
    for (int i = 0; i < count; ++i) matrix |= (std::uint64_t(1) << (from + i)) << (8 * (7 - (to + i)));
    return matrix;
}
// One matrix for the lower 256 bits and one for the upper.
[[gnu::always_inline]] inline __m512i matrices(std::uint64_t low, std::uint64_t high)
{
    return _mm512_inserti64x4(_mm512_set1_epi64(static_cast<long long>(low)), _mm256_set1_epi64x(static_cast<long long>(high)), 1);
}
[[gnu::always_inline]] inline __m512i affine(__m512i bytes, __m512i matrix) { return _mm512_gf2p8affine_epi64_epi8(bytes, matrix, 0); }

// (a & 15) | b
[[gnu::always_inline]] inline __m512i lowNibblesOr(__m512i a, __m512i b)
{
    return _mm512_ternarylogic_epi64(a, _mm512_set1_epi8(15), b, 0xea);
}

// Σ codes · activations · scales in 16 lanes; scales: a register of int16, index[c] the vpermw index of the c-th 64 codes.
[[gnu::always_inline]] inline __m512i scaledProducts(const __m512i (&codes)[4], const __m512i (&activations)[4], __m512i scales,
                                                     const __m512i (&index)[4])
{
    __m512i even = _mm512_setzero_si512(), odd = even;
    even = _mm512_dpwssd_epi32(even, _mm512_maddubs_epi16(codes[0], activations[0]), _mm512_permutexvar_epi16(index[0], scales));
    odd = _mm512_dpwssd_epi32(odd, _mm512_maddubs_epi16(codes[1], activations[1]), _mm512_permutexvar_epi16(index[1], scales));
    even = _mm512_dpwssd_epi32(even, _mm512_maddubs_epi16(codes[2], activations[2]), _mm512_permutexvar_epi16(index[2], scales));
    odd = _mm512_dpwssd_epi32(odd, _mm512_maddubs_epi16(codes[3], activations[3]), _mm512_permutexvar_epi16(index[3], scales));
    return _mm512_add_epi32(even, odd);
}

// sum += scale · products
[[gnu::always_inline]] inline void addScaled(__m512& sum, __m512i products, float scale)
{
    sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_set1_ps(scale), sum);
}
// sum −= scale · products, of eight lanes
[[gnu::always_inline]] inline void subtractScaled(__m512& sum, __m256i products, float scale)
{
    const __m256 part = _mm256_mul_ps(_mm256_cvtepi32_ps(products), _mm256_set1_ps(scale));
    sum = _mm512_sub_ps(sum, _mm512_zextps256_ps512(part));
}
// products − (eight lanes << shift)
[[gnu::always_inline]] inline __m512i subtractShifted(__m512i products, __m256i lanes, int shift)
{
    return _mm512_sub_epi32(products, _mm512_zextsi256_si512(_mm256_slli_epi32(lanes, static_cast<unsigned>(shift))));
}

} // namespace
} // namespace corral::quant
