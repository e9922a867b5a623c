#if defined(__x86_64__)
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q6_K.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant::formats {
namespace {

// One affine instruction moves the high bits of 64 codes to bits 4 and 5. Codes stay 0 … 63; 32 times the scaled sums is taken off.
class Kernel {
public:
    static constexpr int values = 256, bytes = 210;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i c0 = _mm512_loadu_si512(p), c1 = _mm512_loadu_si512(p + 64);
        const __m512i h0 = bothHalves(p + 128), h1 = bothHalves(p + 160);
        const __m512i codes[4] = {lowNibblesOr(c0, affine(h0, m_first)), lowNibblesOr(_mm512_srli_epi16(c0, 4), affine(h0, m_second)),
                                  lowNibblesOr(c1, affine(h1, m_first)), lowNibblesOr(_mm512_srli_epi16(c1, 4), affine(h1, m_second))};
        const __m256i scales = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 192)));
        const __m512i products = scaledProducts(codes, Activations256(x, s).part, _mm512_castsi256_si512(scales), m_scaleIndex);
        addScaled(sum, subtractShifted(products, _mm256_madd_epi16(scales, sumsOf16(x, s)), 5), halfAt(p + 208) * x.scales[s]);
    }

private:
    const __m512i m_scaleIndex[4] = {scaleOf16(0), scaleOf16(1), scaleOf16(2), scaleOf16(3)};
    const __m512i m_first = matrices(moveBits(0, 4, 2), moveBits(2, 4, 2)), m_second = matrices(moveBits(4, 4, 2), moveBits(6, 4, 2));
};

struct Rows {
    static constexpr int values = 256, bytes = 210;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Large16, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Large16); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, Piece& piece) const
    {
#pragma GCC unroll 2
        for (int h = 0; h < 2; ++h) {
            __m512i high[8], packed[8];
            sideBySide32(rows, at + 128 + 32 * h, high);
            const auto take = [&](int g, int from) {
                const __m512i matrix = _mm512_set1_epi64(static_cast<long long>(moveBits(from, 4, 2)));
                __m512i codes[8];
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) codes[j] = lowNibblesOr(packed[j], affine(high[j], matrix));
                takeCodes<2>(piece, 4 * h + g, codes);
            };
#pragma GCC unroll 2
            for (int c = 0; c < 2; ++c) {
                sideBySide32(rows, at + 64 * h + 32 * c, packed);
                take(c, 2 * c);
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) packed[j] = _mm512_srli_epi16(packed[j], 4);
                take(2 + c, 4 + 2 * c);
            }
        }
        __m512i sc[4];
        sideBySide16(rows, at + 192, sc);
        const __m512 d = halves(rows, at + 208);
        // 32 times the scaled sums is taken off.
        signedScales16<32>(sc, d, piece);
        _mm512_store_ps(piece.sumScale, _mm512_sub_ps(_mm512_setzero_ps(), d));
    }
};

} // namespace

void q6_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q6_K>(blocks, values, n); }

void q6_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q6_K>(weights, rowBytes, rows, n, x, y);
}

void q6_K_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<Rows>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
