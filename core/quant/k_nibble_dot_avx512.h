#pragma once
// The dot product of Q4_K and Q5_K blocks with Q8x256 activations on AVX-512.
#include "core/quant/k_dot_avx512.h"
#include "core/quant/k_scales.h"

namespace corral::quant {
namespace {

// A 64-byte register of code bytes holds groups 0 and 2 in its low, 1 and 3 in its high nibbles (4 … 7 in the second register); the
// activations are brought into that order.
template <class B, bool FifthBit> class KNibbles {
public:
    static constexpr int values = 256, bytes = B::bytes;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        constexpr int first = FifthBit ? 48 : 16;
        const __m512i c0 = _mm512_loadu_si512(p + first), c1 = _mm512_loadu_si512(p + first + 64);
        __m512i codes[4];
        if constexpr (FifthBit) {
            const __m512i bits = bothHalves(p + 16);
            codes[0] = lowNibblesOr(c0, affine(bits, m_fifth[0]));
            codes[1] = lowNibblesOr(_mm512_srli_epi16(c0, 4), affine(bits, m_fifth[1]));
            codes[2] = lowNibblesOr(c1, affine(bits, m_fifth[2]));
            codes[3] = lowNibblesOr(_mm512_srli_epi16(c1, 4), affine(bits, m_fifth[3]));
        } else {
            const __m512i fifteen = _mm512_set1_epi8(15);
            codes[0] = _mm512_and_si512(c0, fifteen);
            codes[1] = _mm512_and_si512(_mm512_srli_epi16(c0, 4), fifteen);
            codes[2] = _mm512_and_si512(c1, fifteen);
            codes[3] = _mm512_and_si512(_mm512_srli_epi16(c1, 4), fifteen);
        }
        const Activations256 a(x, s);
        const __m512i activations[4] = {_mm512_shuffle_i64x2(a.part[0], a.part[1], 0x44), _mm512_shuffle_i64x2(a.part[0], a.part[1], 0xee),
                                        _mm512_shuffle_i64x2(a.part[2], a.part[3], 0x44), _mm512_shuffle_i64x2(a.part[2], a.part[3], 0xee)};

        const SixBitScales packed = unpackSixBit(p + 4);
        const __m128i scales = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<long long>(packed.scales)));
        const __m512i products = scaledProducts(codes, activations, _mm512_castsi128_si512(scales), m_scaleIndex);
        // Minimum g times the sums of its two 16s: each minimum twice.
        const __m128i minimums = _mm_cvtsi64_si128(static_cast<long long>(packed.minimums));
        const __m256i offsets = _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm_unpacklo_epi8(minimums, minimums)), sumsOf16(x, s));

        const __m128 d = _mm_mul_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(readAs<std::int32_t>(p))), _mm_set1_ps(x.scales[s]));
        sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_broadcastss_ps(d), sum);
        const __m256 part = _mm256_mul_ps(_mm256_cvtepi32_ps(offsets), _mm256_broadcastss_ps(_mm_movehdup_ps(d)));
        sum = _mm512_sub_ps(sum, _mm512_zextps256_ps512(part));
    }

private:
    const __m512i m_scaleIndex[4] = {scaleOf32(0, 2), scaleOf32(1, 3), scaleOf32(4, 6), scaleOf32(5, 7)};
    const __m512i m_fifth[4] = {matrices(moveBits(0, 4, 1), moveBits(2, 4, 1)), matrices(moveBits(1, 4, 1), moveBits(3, 4, 1)),
                                matrices(moveBits(4, 4, 1), moveBits(6, 4, 1)), matrices(moveBits(5, 4, 1), moveBits(7, 4, 1))};
};

} // namespace
} // namespace corral::quant
