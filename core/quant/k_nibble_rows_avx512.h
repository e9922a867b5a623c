#pragma once
// Q4_K and Q5_K side by side for batch.h on AVX-512.
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant {
namespace {

template <class B, bool FifthBit> struct KNibbleRows {
    static constexpr int values = 256, bytes = B::bytes;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Large32, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Large32); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, Piece& piece) const
    {
        // The layout of scales and minimums: k_scales.h, for 16 rows at once.
        __m512i head[4];
        sideBySide16(rows, at, head);
        const __m512i six = _mm512_set1_epi8(0x3f), four = _mm512_set1_epi8(0x0f), two = _mm512_set1_epi8(0x30);
        const auto high = [&](__m512i low, __m512i top) { return _mm512_or_si512(_mm512_and_si512(low, four), _mm512_and_si512(_mm512_srli_epi32(top, 2), two)); };
        const __m512i scales[2] = {_mm512_and_si512(head[1], six), high(head[3], head[1])};
        const __m512i minimums[2] = {_mm512_and_si512(head[2], six), high(_mm512_srli_epi32(head[3], 4), head[2])};
        const __m512 d = lowHalves(head[0]);
#pragma GCC unroll 2
        for (int h = 0; h < 2; ++h) {
            _mm512_store_ps(piece.scales[4 * h], _mm512_mul_ps(d, unsignedByte<0>(scales[h])));
            _mm512_store_ps(piece.scales[4 * h + 1], _mm512_mul_ps(d, unsignedByte<1>(scales[h])));
            _mm512_store_ps(piece.scales[4 * h + 2], _mm512_mul_ps(d, unsignedByte<2>(scales[h])));
            _mm512_store_ps(piece.scales[4 * h + 3], _mm512_mul_ps(d, unsignedByte<3>(scales[h])));
            _mm512_store_si512(piece.sumFactors[4 * h], words<0, 0>(minimums[h]));
            _mm512_store_si512(piece.sumFactors[4 * h + 1], words<1, 1>(minimums[h]));
            _mm512_store_si512(piece.sumFactors[4 * h + 2], words<2, 2>(minimums[h]));
            _mm512_store_si512(piece.sumFactors[4 * h + 3], words<3, 3>(minimums[h]));
        }
        _mm512_store_ps(piece.sumScale, _mm512_sub_ps(_mm512_setzero_ps(), highHalves(head[0])));

        __m512i bits[8];
        if constexpr (FifthBit) sideBySide32(rows, at + 16, bits);
        constexpr int first = FifthBit ? 48 : 16;
#pragma GCC unroll 4
        for (int t = 0; t < 4; ++t) {
            __m512i packed[8], low[8], high[8];
            sideBySide32(rows, at + first + 32 * t, packed);
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) {
                if constexpr (FifthBit) {
                    low[j] = lowNibblesOr(packed[j], affine(bits[j], _mm512_set1_epi64(static_cast<long long>(moveBits(2 * t, 4, 1)))));
                    high[j] = lowNibblesOr(_mm512_srli_epi16(packed[j], 4), affine(bits[j], _mm512_set1_epi64(static_cast<long long>(moveBits(2 * t + 1, 4, 1)))));
                } else {
                    low[j] = lowNibbles(packed[j]);
                    high[j] = highNibbles(packed[j]);
                }
            }
            takeCodes<1>(piece, 2 * t, low);
            takeCodes<1>(piece, 2 * t + 1, high);
        }
    }
};

} // namespace
} // namespace corral::quant
