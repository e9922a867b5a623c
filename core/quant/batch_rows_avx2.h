#pragma once
// Unpacking 16 rows side by side for batch.h on AVX2, from what every block type says for decoding: codes32() and unpackScales().
#include "core/quant/batch_rows.h"

#include <immintrin.h>

namespace corral::quant {
namespace {

// 8 × 8 transposition of 32-bit values.
[[gnu::always_inline]] inline void transpose8(__m256i (&r)[8])
{
    __m256i t[8];
#pragma GCC unroll 2
    for (int i = 0; i < 8; i += 4) {
        const __m256i ab = _mm256_unpacklo_epi32(r[i], r[i + 1]), AB = _mm256_unpackhi_epi32(r[i], r[i + 1]);
        const __m256i cd = _mm256_unpacklo_epi32(r[i + 2], r[i + 3]), CD = _mm256_unpackhi_epi32(r[i + 2], r[i + 3]);
        t[i] = _mm256_unpacklo_epi64(ab, cd);
        t[i + 1] = _mm256_unpackhi_epi64(ab, cd);
        t[i + 2] = _mm256_unpacklo_epi64(AB, CD);
        t[i + 3] = _mm256_unpackhi_epi64(AB, CD);
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
        r[j] = _mm256_permute2x128_si256(t[j], t[4 + j], 0x20);
        r[4 + j] = _mm256_permute2x128_si256(t[j], t[4 + j], 0x31);
    }
}

// Group g of the blocks at `at` of eight rows, from row `first` on, side by side; codes become unsigned by adding Zero.
template <class B, int Zero>
[[gnu::always_inline]] inline void codesSideBySide(RowPointers rows, std::ptrdiff_t at, int g, int first, std::uint8_t (&to)[8][kBatchRows][4])
{
    __m256i r[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        r[i] = B::codes32(rows[first + i] + at, g);
        if constexpr (Zero != 0) r[i] = _mm256_add_epi8(r[i], _mm256_set1_epi8(Zero));
    }
    transpose8(r);
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) _mm256_store_si256(reinterpret_cast<__m256i*>(to[i][first]), r[i]);
}

// The same for two groups whose codes are nibbles: r[i] holds 32 bytes of row first + i. Where `Apart`, low and high nibbles of all bytes are a group
// each, else those of 16 bytes.
template <bool Apart, class Code>
[[gnu::always_inline]] inline void nibblesSideBySide(__m256i (&r)[8], int first, std::uint8_t (*to)[8][kBatchRows][4], Code code)
{
    transpose8(r);
    const __m256i fifteen = _mm256_set1_epi8(15);
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        const __m256i low = code(_mm256_and_si256(r[i], fifteen)), high = code(_mm256_and_si256(_mm256_srli_epi16(r[i], 4), fifteen));
        auto& lowTo = Apart ? to[0][i] : to[i / 4][i % 4];
        auto& highTo = Apart ? to[1][i] : to[i / 4][4 + i % 4];
        _mm256_store_si256(reinterpret_cast<__m256i*>(lowTo[first]), low);
        _mm256_store_si256(reinterpret_cast<__m256i*>(highTo[first]), high);
    }
}

// Eight rows of eight 32-bit values → eight columns of 16, at `first`.
template <class T, class U> [[gnu::always_inline]] inline void columns(const T (&from)[8][8], int first, U (*to)[kBatchRows])
{
    static_assert(sizeof(T) == 4 && sizeof(U) == 4);
    __m256i r[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) r[i] = _mm256_load_si256(reinterpret_cast<const __m256i*>(from[i]));
    transpose8(r);
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) _mm256_store_si256(reinterpret_cast<__m256i*>(to[i] + first), r[i]);
}

// Blocks of 32 values.
template <class B, BatchCodes Codes, int Zero> struct SmallRows {
    static constexpr int values = B::values, bytes = B::bytes;
    static MultiplyPieceFn multiply(int vectors) { return multiplySmallAvx2(Codes, vectors); }

    [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int groups, RowsPiece& piece) const
    {
        for (int first = 0; first < kBatchRows; first += 8) {
            alignas(32) float scales[8][8], offsets[8][8];
            if constexpr (requires { B::layout; } && !hasFifthBits()) {
                for (int g = 0; g < groups; g += 2) nibbles(rows, at + g * bytes, g + 1 < groups ? bytes : 0, first, piece.codes + g);
            } else {
                for (int g = 0; g < groups; ++g) codesSideBySide<B, Zero>(rows, at + g * bytes, 0, first, piece.codes[g]);
            }
            for (int i = 0; i < 8; ++i)
                for (int g = 0; g < groups; ++g) B::unpackScales(rows[first + i] + at + g * bytes, scales[i] + g, offsets[i] + g);
            columns(scales, first, piece.scales);
            if constexpr (B::affine) columns(offsets, first, piece.sumScales);
            if constexpr (!B::affine && Zero != 0)
                for (int g = 0; g < groups; ++g)
                    _mm256_store_ps(piece.sumScales[g] + first, _mm256_mul_ps(_mm256_load_ps(piece.scales[g] + first), _mm256_set1_ps(-Zero)));
        }
    }

private:
    static constexpr bool hasFifthBits()
    {
        if constexpr (requires { B::layout; }) return B::layout.high >= 0;
        return false;
    }
    // The blocks at `at` and `second` bytes further (nibble_blocks.h).
    [[gnu::always_inline]] static void nibbles(RowPointers rows, std::ptrdiff_t at, std::ptrdiff_t second, int first, std::uint8_t (*to)[8][kBatchRows][4])
    {
        __m256i r[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) {
            const Bytes p = rows[first + i] + at + B::layout.codes;
            r[i] = _mm256_set_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + second)), _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
        }
        if constexpr (B::layout.tabled) {
            const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(B::layout.table.data()));
            const __m256i table = _mm256_broadcastsi128_si256(_mm_add_epi8(values, _mm_set1_epi8(Zero)));
            nibblesSideBySide<false>(r, first, to, [&](__m256i codes) { return _mm256_shuffle_epi8(table, codes); });
        } else {
            nibblesSideBySide<false>(r, first, to, [](__m256i codes) { return codes; });
        }
    }
};

// What a row of 256 values has beside its codes, where value = scale · factor · code, and sumScale · Σ sumFactors · sums of 16 activations is added.
struct LargeScales {
    __m256i factors;    // 16 int16, or eight
    __m256i sumFactors; // 16 int16
    float scale, sumScale;
};

// Blocks of 256 values; S(p) gives their LargeScales.
template <class B, BatchCodes Codes, int Zero, LargeScales (*S)(Bytes p)> struct LargeRows {
    static constexpr int values = B::values, bytes = B::bytes;
    static MultiplyPieceFn multiply(int vectors) { return multiplyLargeAvx2(Codes, B::group, vectors); }

    [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int, RowsPiece& piece) const
    {
        for (int first = 0; first < kBatchRows; first += 8) {
            if constexpr (requires { B::nibbles; }) {
                for (int g = 0; g < kBatchGroups; g += 2) {
                    __m256i r[8];
#pragma GCC unroll 8
                    for (int i = 0; i < 8; ++i) r[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows[first + i] + at + B::nibbles + 16 * g));
                    nibblesSideBySide<true>(r, first, piece.codes + g, [](__m256i codes) { return codes; });
                }
            } else {
#pragma GCC unroll 8
                for (int g = 0; g < kBatchGroups; ++g) codesSideBySide<B, Zero>(rows, at, g, first, piece.codes[g]);
            }
            alignas(32) std::int32_t low[8][8], high[8][8], sums[8][8];
            for (int i = 0; i < 8; ++i) {
                const LargeScales s = S(rows[first + i] + at);
                store(low[i], twice(_mm256_castsi256_si128(s.factors)));
                if constexpr (B::group == 16) store(high[i], twice(_mm256_extracti128_si256(s.factors, 1)));
                store(sums[i], s.sumFactors);
                piece.scale[first + i] = s.scale;
                piece.sumScale[first + i] = s.sumScale;
            }
            auto* factors = reinterpret_cast<std::int32_t(*)[kBatchRows]>(piece.factors);
            columns(low, first, factors);
            if constexpr (B::group == 16) columns(high, first, factors + 8);
            columns(sums, first, reinterpret_cast<std::int32_t(*)[kBatchRows]>(piece.sumFactors));
        }
    }

private:
    static void store(std::int32_t (&to)[8], __m256i v) { _mm256_store_si256(reinterpret_cast<__m256i*>(to), v); }
    static __m256i twice(__m128i words)
    {
        const __m256i wide = _mm256_cvtepu16_epi32(words);
        return _mm256_or_si256(wide, _mm256_slli_epi32(wide, 16));
    }
};

} // namespace
} // namespace corral::quant
