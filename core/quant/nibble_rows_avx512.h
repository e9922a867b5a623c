#pragma once
// The nibble formats (nibble_blocks.h) side by side for batch.h on AVX-512.
#include "core/quant/batch_rows_avx512.h"
#include "core/quant/nibble_blocks.h"

namespace corral::quant {
namespace {

template <NibbleLayout L> class NibbleRows {
public:
    static constexpr int values = 32, bytes = L.bytes;
    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx512(BatchScales::Small, vectors); }
    static AddProductsFn addProducts() { return addProductsAvx512(BatchScales::Small); }

    template <class Piece> [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int groups, Piece& piece) const
    {
        int done = 0;
        if constexpr (L.affine && bytes % 4 == 0)
            for (; done + 4 <= groups; done += 4) unpackWords(rows, at + done * bytes, done, piece);
        if (done == groups) return;
        for (int g = done; g < groups; g += 2) {
            const std::ptrdiff_t first = at + g * bytes, second = g + 1 < groups ? first + bytes : first;
            __m512i packed[8];
            sideBySide32(rows, first + L.codes, second + L.codes, packed);
#pragma GCC unroll 2
            for (int b = 0; b < 2; ++b) {
                __m512i fifth = _mm512_setzero_si512();
                if constexpr (L.high >= 0) fifth = words32(rows, (b == 0 ? first : second) + L.high);
                if (g + b < groups) takeNibbles(piece, g + b, {packed[4 * b], packed[4 * b + 1], packed[4 * b + 2], packed[4 * b + 3]}, fifth);
            }
        }
        if constexpr (L.e8m0) {
            alignas(64) std::uint32_t e[kBatchGroups][kBatchRows];
            for (int r = 0; r < kBatchRows; ++r)
                for (int g = 0; g < groups; ++g) e[g][r] = rows[r][at + g * bytes];
            for (int g = 0; g < groups; ++g) {
                // 2^(e − 128) has the exponent field e − 1; for e = 0 and 1 that leaves 0 instead of a subnormal below 2^-126.
                const __m512i less = _mm512_subs_epu16(_mm512_load_si512(e[g]), _mm512_set1_epi32(1));
                setScale(piece, g, _mm512_castsi512_ps(_mm512_slli_epi32(less, 23)));
            }
        } else {
            BlockHalves d(rows, at, bytes, groups);
            for (int g = done; g < groups; ++g) setScale(piece, g, d[g]);
        }
        if constexpr (L.affine) {
            BlockHalves m(rows, at + 2, bytes, groups);
            for (int g = done; g < groups; ++g) _mm512_store_ps(piece.sumScales[g], m[g]);
        }
    }

private:
    // Four blocks of whole 32-bit words, scale and minimum in the first one: everything comes out of one transposition.
    template <class Piece> [[gnu::always_inline]] void unpackWords(RowPointers rows, std::ptrdiff_t at, int group, Piece& piece) const
    {
        constexpr int perBlock = bytes / 4, count = 4 * perBlock;
        __m512i words[count];
#pragma GCC unroll 8
        for (int w = 0; w < count; w += 8) {
            if (count - w >= 8) sideBySide32(rows, at + 4 * w, *reinterpret_cast<__m512i(*)[8]>(words + w));
            else sideBySide16(rows, at + 4 * w, *reinterpret_cast<__m512i(*)[4]>(words + w));
        }
#pragma GCC unroll 4
        for (int b = 0; b < 4; ++b) {
            const __m512i* block = words + b * perBlock;
            _mm512_store_ps(piece.scales[group + b], lowHalves(block[0]));
            _mm512_store_ps(piece.sumScales[group + b], highHalves(block[0]));
            const __m512i* codes = block + L.codes / 4;
            takeNibbles(piece, group + b, {codes[0], codes[1], codes[2], codes[3]}, L.high >= 0 ? block[L.high / 4] : _mm512_setzero_si512());
        }
    }
    template <class Piece> [[gnu::always_inline]] void takeNibbles(Piece& piece, int g, const __m512i (&packed)[4], __m512i fifth) const
    {
        __m512i codes[8];
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) {
            codes[j] = code(lowNibbles(packed[j]), fifth, j);
            codes[4 + j] = code(highNibbles(packed[j]), fifth, 4 + j);
        }
        takeCodes<1>(piece, g, codes);
    }
    // Quad j of a block: codes made unsigned, with the fifth bit from bits 4j … 4j + 3 of `fifth`.
    [[gnu::always_inline]] __m512i code(__m512i nibbles, [[maybe_unused]] __m512i fifth, [[maybe_unused]] int j) const
    {
        if constexpr (L.tabled) return _mm512_shuffle_epi8(m_table, nibbles);
        if constexpr (L.high >= 0) {
            const __m512i from = _mm512_add_epi8(m_bits, _mm512_set1_epi8(static_cast<char>(4 * j)));
            const __m512i bits = _mm512_and_si512(_mm512_multishift_epi64_epi8(from, fifth), _mm512_set1_epi8(1));
            return _mm512_or_si512(nibbles, _mm512_slli_epi16(bits, 4));
        }
        return nibbles;
    }
    [[gnu::always_inline]] static void setScale(RowsScales& piece, int g, __m512 d)
    {
        _mm512_store_ps(piece.scales[g], d);
        if constexpr (!L.affine) _mm512_store_ps(piece.sumScales[g], _mm512_mul_ps(d, _mm512_set1_ps(-L.offset)));
    }
    static __m512i table()
    {
        if constexpr (!L.tabled)
            return _mm512_setzero_si512();
        else
            return _mm512_broadcast_i32x4(
                _mm_add_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(L.table.data())), _mm_set1_epi8(static_cast<char>(L.offset))));
    }

    const __m512i m_table = table();
    const __m512i m_bits = _mm512_set1_epi64(0x2322212003020100); // the first bits of both 32-bit halves
};

} // namespace
} // namespace corral::quant
