#if defined(__x86_64__)
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q3_K.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant::formats {
namespace {

// Two affine instructions bring the low two bits and the high bit of 64 codes into place. Codes stay 0 … 7; 4 times the scaled sums is
// taken off.
class Kernel {
public:
    static constexpr int values = 256, bytes = 110;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i mask = bothHalves(p), h0 = bothHalves(p + 32), h1 = bothHalves(p + 64);
        const __m512i codes[4] = {
            _mm512_or_si512(affine(h0, m_first), affine(mask, m_high[0])), _mm512_or_si512(affine(h0, m_second), affine(mask, m_high[1])),
            _mm512_or_si512(affine(h1, m_first), affine(mask, m_high[2])), _mm512_or_si512(affine(h1, m_second), affine(mask, m_high[3]))};
        const auto packed = std::bit_cast<__m128i>(Q3_K::sixBitScales(p));
        const __m256i scales = _mm256_cvtepi8_epi16(_mm_sub_epi8(packed, _mm_set1_epi8(32)));
        const __m512i products = scaledProducts(codes, Activations256(x, s).part, _mm512_castsi256_si512(scales), m_scaleIndex);
        addScaled(sum, subtractShifted(products, _mm256_madd_epi16(scales, sumsOf16(x, s)), 2), halfAt(p + 108) * x.scales[s]);
    }

private:
    const __m512i m_scaleIndex[4] = {scaleOf16(0), scaleOf16(1), scaleOf16(2), scaleOf16(3)};
    const __m512i m_first = matrices(moveBits(0, 0, 2), moveBits(2, 0, 2)), m_second = matrices(moveBits(4, 0, 2), moveBits(6, 0, 2));
    const __m512i m_high[4] = {matrices(moveBits(0, 2, 1), moveBits(1, 2, 1)), matrices(moveBits(2, 2, 1), moveBits(3, 2, 1)),
                               matrices(moveBits(4, 2, 1), moveBits(5, 2, 1)), matrices(moveBits(6, 2, 1), moveBits(7, 2, 1))};
};

struct Rows {
    static constexpr int values = 256, bytes = 110;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Large16, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Large16); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, Piece& piece) const
    {
        __m512i mask[8];
        sideBySide32(rows, at, mask);
#pragma GCC unroll 2
        for (int h = 0; h < 2; ++h) {
            __m512i planes[8];
            sideBySide32(rows, at + 32 + 32 * h, planes);
#pragma GCC unroll 4
            for (int p = 0; p < 4; ++p) {
                const __m512i low = _mm512_set1_epi64(static_cast<long long>(moveBits(2 * p, 0, 2)));
                const __m512i high = _mm512_set1_epi64(static_cast<long long>(moveBits(4 * h + p, 2, 1)));
                __m512i codes[8];
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) codes[j] = _mm512_or_si512(affine(planes[j], low), affine(mask[j], high));
                takeCodes<2>(piece, 4 * h + p, codes);
            }
        }
        // The 12 bytes of scales and the half float lie in the last 16 bytes but two. Six-bit scales: Q3_K::sixBitScales(), for 16 rows at once.
        __m512i tail[4];
        sideBySide16(rows, at + 94, tail);
        const __m512i a = joined(tail[0], tail[1]), b = joined(tail[1], tail[2]), c = joined(tail[2], tail[3]);
        const __m512i four = _mm512_set1_epi8(0x0f), three = _mm512_set1_epi8(0x03);
        const auto scale = [&](__m512i low, int shift) {
            const __m512i high = _mm512_and_si512(_mm512_srli_epi32(c, static_cast<unsigned>(shift)), three);
            return _mm512_sub_epi8(_mm512_or_si512(_mm512_and_si512(low, four), _mm512_slli_epi32(high, 4)), _mm512_set1_epi8(32));
        };
        const __m512i sc[4] = {scale(a, 0), scale(b, 2), scale(_mm512_srli_epi32(a, 4), 4), scale(_mm512_srli_epi32(b, 4), 6)};
        const __m512 d = highHalves(tail[3]);
        // 4 times the scaled sums is taken off.
        signedScales16<4>(sc, d, piece);
        _mm512_store_ps(piece.sumScale, _mm512_sub_ps(_mm512_setzero_ps(), d));
    }

private:
    // Bytes 2 … 5 of the eight bytes a, b.
    [[gnu::always_inline]] static __m512i joined(__m512i a, __m512i b) { return _mm512_or_si512(_mm512_srli_epi32(a, 16), _mm512_slli_epi32(b, 16)); }
};

} // namespace

void q3_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q3_K>(blocks, values, n); }

void q3_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q3_K>(weights, rowBytes, rows, n, x, y);
}

void q3_K_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<Rows>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
