#if defined(__x86_64__)
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/iq4_xs.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant::formats {
namespace {

// Table values + 128 are unsigned bytes up to 241, too large for pairs in int16: four products are added at once (vpdpbusd), and a
// group's sum is multiplied by its scale as int32. 128 times the scaled sums of activations is taken off.
class Kernel {
public:
    static constexpr int values = 256, bytes = 136;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const Activations256 a(x, s);
        const __m128i scales = IQ4_xs::signedScales(p); // eight int16
        const __m512i wide = _mm512_castsi256_si512(_mm256_cvtepi16_epi32(scales));
        __m512i products = _mm512_mullo_epi32(groupProducts(p + 8, a.part[0], a.part[1]), _mm512_permutexvar_epi32(m_firstFour, wide));
        products = _mm512_add_epi32(
            products, _mm512_mullo_epi32(groupProducts(p + 72, a.part[2], a.part[3]), _mm512_permutexvar_epi32(m_lastFour, wide)));
        const __m256i twice = _mm256_set_m128i(_mm_unpackhi_epi16(scales, scales), _mm_unpacklo_epi16(scales, scales));
        addScaled(sum, subtractShifted(products, _mm256_madd_epi16(twice, sumsOf16(x, s)), 7), halfAt(p) * x.scales[s]);
    }

private:
    // Four groups, a 128-bit lane each; a01, a23: their activations.
    [[gnu::always_inline]] __m512i groupProducts(Bytes p, __m512i a01, __m512i a23) const
    {
        const __m512i packed = _mm512_loadu_si512(p), fifteen = _mm512_set1_epi8(15);
        const __m512i low = _mm512_shuffle_epi8(m_table, _mm512_and_si512(packed, fifteen));
        const __m512i high = _mm512_shuffle_epi8(m_table, _mm512_and_si512(_mm512_srli_epi16(packed, 4), fifteen));
        const __m512i products = _mm512_dpbusd_epi32(_mm512_setzero_si512(), low, _mm512_shuffle_i32x4(a01, a23, 0x88));
        return _mm512_dpbusd_epi32(products, high, _mm512_shuffle_i32x4(a01, a23, 0xdd));
    }

    const __m512i m_table = _mm512_broadcast_i32x4(
        _mm_add_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kValuesIq4.data())), _mm_set1_epi8(static_cast<char>(128))));
    const __m512i m_firstFour = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    const __m512i m_lastFour = _mm512_add_epi32(m_firstFour, _mm512_set1_epi32(4));
};

class Rows {
public:
    static constexpr int values = 256, bytes = 136;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Large32, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Large32); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, Piece& piece) const
    {
#pragma GCC unroll 4
        for (int t = 0; t < 4; ++t) { // groups 2 t and 2 t + 1
            __m512i packed[8], codes[2][8];
            sideBySide32(rows, at + 8 + 32 * t, packed);
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) {
                codes[j / 4][j % 4] = _mm512_shuffle_epi8(m_table, lowNibbles(packed[j]));
                codes[j / 4][4 + j % 4] = _mm512_shuffle_epi8(m_table, highNibbles(packed[j]));
            }
            takeCodes<1>(piece, 2 * t, codes[0]);
            takeCodes<1>(piece, 2 * t + 1, codes[1]);
        }
        __m512i head[4]; // d and the high bits of the scales; the low bits
        sideBySide16(rows, at, head);
        const __m512 d = lowHalves(head[0]);
        const __m512i high = _mm512_srli_epi32(head[0], 16);
#pragma GCC unroll 8
        for (int g = 0; g < 8; ++g) {
            const __m512i low = _mm512_and_si512(_mm512_srli_epi32(head[1], static_cast<unsigned>(4 * g)), _mm512_set1_epi32(15));
            const __m512i top = _mm512_and_si512(_mm512_srli_epi32(high, static_cast<unsigned>(2 * g)), _mm512_set1_epi32(3));
            const __m512i scale = _mm512_sub_epi32(_mm512_add_epi32(low, _mm512_slli_epi32(top, 4)), _mm512_set1_epi32(32));
            _mm512_store_ps(piece.scales[g], _mm512_mul_ps(d, _mm512_cvtepi32_ps(scale)));
            // 128 times the scaled sums is taken off.
            _mm512_store_si512(piece.sumFactors[g], _mm512_slli_epi16(bothWords(scale), 7));
        }
        _mm512_store_ps(piece.sumScale, _mm512_sub_ps(_mm512_setzero_ps(), d));
    }

private:
    [[gnu::always_inline]] static __m512i bothWords(__m512i v) { return _mm512_mask_blend_epi16(0xaaaaaaaau, v, _mm512_slli_epi32(v, 16)); }

    const __m512i m_table = _mm512_broadcast_i32x4(
        _mm_add_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kValuesIq4.data())), _mm_set1_epi8(static_cast<char>(128))));
};

} // namespace

void iq4_xs_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<IQ4_xs>(blocks, values, n); }

void iq4_xs_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,
                          float* y)
{
    dotSteps<Kernel, IQ4_xs>(weights, rowBytes, rows, n, x, y);
}

void iq4_xs_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<Rows>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
