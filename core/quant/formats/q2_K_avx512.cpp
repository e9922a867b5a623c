#if defined(__x86_64__)
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q2_K.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant::formats {
namespace {

// One affine instruction takes two of the four planes out of the 32 code bytes of a half.
class Kernel {
public:
    static constexpr int values = 256, bytes = 84;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i h0 = bothHalves(p + 16), h1 = bothHalves(p + 48);
        const __m512i codes[4] = {affine(h0, m_first), affine(h0, m_second), affine(h1, m_first), affine(h1, m_second)};
        const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), fifteen = _mm_set1_epi8(15);
        const __m256i scales = _mm256_cvtepu8_epi16(_mm_and_si128(packed, fifteen));
        const __m256i minimums = _mm256_cvtepu8_epi16(_mm_and_si128(_mm_srli_epi16(packed, 4), fifteen));
        const __m512i products = scaledProducts(codes, Activations256(x, s).part, _mm512_castsi256_si512(scales), m_scaleIndex);
        addScaled(sum, products, halfAt(p + 80) * x.scales[s]);
        subtractScaled(sum, _mm256_madd_epi16(minimums, sumsOf16(x, s)), halfAt(p + 82) * x.scales[s]);
    }

private:
    const __m512i m_scaleIndex[4] = {scaleOf16(0), scaleOf16(1), scaleOf16(2), scaleOf16(3)};
    const __m512i m_first = matrices(moveBits(0, 0, 2), moveBits(2, 0, 2)), m_second = matrices(moveBits(4, 0, 2), moveBits(6, 0, 2));
};

struct Rows {
    static constexpr int values = 256, bytes = 84;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Large16, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Large16); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, Piece& piece) const
    {
#pragma GCC unroll 2
        for (int h = 0; h < 2; ++h) {
            __m512i planes[8];
            sideBySide32(rows, at + 16 + 32 * h, planes);
#pragma GCC unroll 4
            for (int p = 0; p < 4; ++p) {
                const __m512i matrix = _mm512_set1_epi64(static_cast<long long>(moveBits(2 * p, 0, 2)));
                __m512i codes[8];
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) codes[j] = affine(planes[j], matrix);
                takeCodes<2>(piece, 4 * h + p, codes);
            }
        }
        __m512i sc[4];
        sideBySide16(rows, at, sc);
        const __m512 d = halves(rows, at + 80);
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) {
            scales16(lowNibbles(sc[i]), d, piece, i);
            const __m512i minimums = highNibbles(sc[i]);
            _mm512_store_si512(piece.sumFactors[2 * i], words<0, 1>(minimums));
            _mm512_store_si512(piece.sumFactors[2 * i + 1], words<2, 3>(minimums));
        }
        _mm512_store_ps(piece.sumScale, _mm512_sub_ps(_mm512_setzero_ps(), halves(rows, at + 82)));
    }
};

} // namespace

void q2_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q2_K>(blocks, values, n); }

void q2_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q2_K>(weights, rowBytes, rows, n, x, y);
}

void q2_K_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<Rows>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
