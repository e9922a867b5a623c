#if defined(__x86_64__)
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/dot_frame.h"
#include "core/quant/formats/q8_0.h"

namespace corral::quant::formats {
namespace {

// Two blocks a step. The codes are made unsigned by flipping their top bit; 128 times the activations is taken off again.
struct TwoBlocks {
    static constexpr int values = 64, bytes = 68;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i first = _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 2)));
        const __m512i codes = _mm512_inserti64x4(first, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 36)), 1);
        const __m512i a = _mm512_load_si512(x.codes + 64 * s);
        const __m512i zero = _mm512_setzero_si512();
        const __m512i products =
            _mm512_sub_epi32(_mm512_dpbusd_epi32(zero, _mm512_xor_si512(codes, m_topBit), a), _mm512_dpbusd_epi32(zero, m_topBit, a));
        const __m256i half = _mm256_set1_epi16(readAs<std::int16_t>(p));
        const __m512 d = _mm512_cvtph_ps(_mm256_mask_set1_epi16(half, 0xff00, readAs<std::int16_t>(p + 34)));
        const __m128 pair = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.scales + 2 * s)));
        const __m512 dx = _mm512_permutexvar_ps(m_perBlock, _mm512_castps128_ps512(pair));
        sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_mul_ps(d, dx), sum);
    }

private:
    const __m512i m_topBit = _mm512_set1_epi8(static_cast<char>(0x80));
    const __m512i m_perBlock = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
};

// Codes are made unsigned by flipping their top bit.
struct Rows {
    static constexpr int values = 32, bytes = 34;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Small, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Small); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int groups, Piece& piece) const
    {
        const __m512i topBit = _mm512_set1_epi8(static_cast<char>(0x80));
        for (int g = 0; g < groups; ++g) {
            __m512i codes[8];
            sideBySide32(rows, at + 34 * g + 2, codes);
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) codes[j] = _mm512_xor_si512(codes[j], topBit);
            takeCodes<1>(piece, g, codes);
        }
        const BlockHalves d(rows, at, 34, groups);
        for (int g = 0; g < groups; ++g) {
            _mm512_store_ps(piece.scales[g], d[g]);
            _mm512_store_ps(piece.sumScales[g], _mm512_mul_ps(d[g], _mm512_set1_ps(-128)));
        }
    }
};

} // namespace

void q8_0_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q8_0>(blocks, values, n); }

void q8_0_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<TwoBlocks, Q8_0>(weights, rowBytes, rows, n, x, y);
}

void q8_0_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<Rows>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
