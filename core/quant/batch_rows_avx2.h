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

// A block type B whose codes become unsigned by adding Zero.
template <class B, BatchCodes Codes, int Zero> struct SideBySide {
    static constexpr int values = B::values, bytes = B::bytes;
    static constexpr int groupsOfBlock = B::values / B::group; // scales of a block

    static MultiplyPieceFn multiply(int vectors) { return multiplyPieceAvx2(Codes, B::group, vectors); }

    [[gnu::always_inline]] void unpack(RowPointers rows, std::ptrdiff_t at, int groups, RowsPiece& piece) const
    {
        constexpr int inBlock = B::values / 32;
        for (int half = 0; half < kBatchRows; half += 8) {
            if constexpr (inBlock == kBatchGroups) {
#pragma GCC unroll 8
                for (int g = 0; g < kBatchGroups; ++g) codes(rows, at, g, half, piece.codes[g]);
            } else {
                for (int g = 0; g < groups; ++g) codes(rows, at + g * B::bytes, 0, half, piece.codes[g]);
            }
            alignas(32) float scales[8][2 * kBatchGroups], offsets[8][2 * kBatchGroups];
            const int scaleCount = groups * 32 / B::group;
            for (int i = 0; i < 8; ++i)
                for (int s = 0; s < scaleCount; s += groupsOfBlock)
                    B::unpackScales(rows[half + i] + at + s / groupsOfBlock * B::bytes, scales[i] + s, offsets[i] + s);
            for (int s = 0; s < scaleCount; s += 8) { // beyond the last there is room
                sideBySide(scales, s, half, piece.scales);
                if constexpr (B::affine) sideBySide(offsets, s, half, piece.sumScales);
            }
            if constexpr (!B::affine && Zero != 0)
                for (int s = 0; s < scaleCount; ++s)
                    _mm256_store_ps(piece.sumScales[s] + half, _mm256_mul_ps(_mm256_load_ps(piece.scales[s] + half), _mm256_set1_ps(-Zero)));
        }
    }

private:
    // Group g of the blocks at `at` of eight rows.
    [[gnu::always_inline]] static void codes(RowPointers rows, std::ptrdiff_t at, int g, int half, std::uint8_t (&to)[8][kBatchRows][4])
    {
        __m256i r[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) {
            r[i] = B::codes32(rows[half + i] + at, g);
            if constexpr (Zero != 0) r[i] = _mm256_add_epi8(r[i], _mm256_set1_epi8(Zero));
        }
        transpose8(r);
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) _mm256_store_si256(reinterpret_cast<__m256i*>(to[i][half]), r[i]);
    }
    // Columns s … s + 7 of eight rows → rows s … of eight columns.
    [[gnu::always_inline]] static void sideBySide(const float (&from)[8][2 * kBatchGroups], int s, int half, float (&to)[2 * kBatchGroups][kBatchRows])
    {
        __m256i r[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) r[i] = _mm256_castps_si256(_mm256_load_ps(from[i] + s));
        transpose8(r);
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i) _mm256_store_ps(to[s + i] + half, _mm256_castsi256_ps(r[i]));
    }
};

} // namespace
} // namespace corral::quant
