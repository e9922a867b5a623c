#pragma once
// Unpacking 16 rows side by side for batch.h on AVX-512.
#include "core/quant/batch_rows.h"

#include <bit>
#include <immintrin.h>

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline __m128i load16(Bytes p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

// Within each 128 bits: 4 × 4 transposition of 32-bit values.
[[gnu::always_inline]] inline void transpose4(__m512i& a, __m512i& b, __m512i& c, __m512i& d)
{
    const __m512i ab = _mm512_unpacklo_epi32(a, b), AB = _mm512_unpackhi_epi32(a, b), cd = _mm512_unpacklo_epi32(c, d), CD = _mm512_unpackhi_epi32(c, d);
    a = _mm512_unpacklo_epi64(ab, cd);
    b = _mm512_unpackhi_epi64(ab, cd);
    c = _mm512_unpacklo_epi64(AB, CD);
    d = _mm512_unpackhi_epi64(AB, CD);
}

// 16 bytes of each row → out[j]: the j-th four bytes of rows 0 … 15.
[[gnu::always_inline]] inline void sideBySide16(RowPointers rows, std::ptrdiff_t at, __m512i (&out)[4])
{
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        out[i] = _mm512_castsi128_si512(load16(rows[i] + at));
        out[i] = _mm512_inserti32x4(out[i], load16(rows[4 + i] + at), 1);
        out[i] = _mm512_inserti32x4(out[i], load16(rows[8 + i] + at), 2);
        out[i] = _mm512_inserti32x4(out[i], load16(rows[12 + i] + at), 3);
    }
    transpose4(out[0], out[1], out[2], out[3]);
}

// Two times 16 bytes of each row, `second` apart from `at` and `at2` → out[j], out[4 + j]: the j-th four bytes of the first, of the second.
[[gnu::always_inline]] inline void sideBySide32(RowPointers rows, std::ptrdiff_t at, std::ptrdiff_t at2, __m512i (&out)[8])
{
    __m512i r[8]; // rows i and i + 4, then 8 + i and 12 + i
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        const Bytes a = rows[i / 4 * 8 + i % 4], b = rows[i / 4 * 8 + i % 4 + 4];
        r[i] = _mm512_castsi128_si512(load16(a + at));
        r[i] = _mm512_inserti32x4(r[i], load16(a + at2), 1);
        r[i] = _mm512_inserti32x4(r[i], load16(b + at), 2);
        r[i] = _mm512_inserti32x4(r[i], load16(b + at2), 3);
    }
    transpose4(r[0], r[1], r[2], r[3]);
    transpose4(r[4], r[5], r[6], r[7]);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
        out[j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0x88);
        out[4 + j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0xdd);
    }
}
// The same for 32 bytes that follow each other.
[[gnu::always_inline]] inline void sideBySide32(RowPointers rows, std::ptrdiff_t at, __m512i (&out)[8])
{
    __m512i r[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
        const Bytes a = rows[i / 4 * 8 + i % 4] + at, b = rows[i / 4 * 8 + i % 4 + 4] + at;
        r[i] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a))),
                                  _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b)), 1);
    }
    transpose4(r[0], r[1], r[2], r[3]);
    transpose4(r[4], r[5], r[6], r[7]);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
        out[j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0x88);
        out[4 + j] = _mm512_shuffle_i32x4(r[j], r[4 + j], 0xdd);
    }
}

// The codes of group g, four values of each row in a register.
template <int Scales> [[gnu::always_inline]] inline void takeCodes(RowsPiece& piece, int g, const __m512i (&codes)[8])
{
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) _mm512_store_si512(piece.codes[g][j], codes[j]);
}
template <int Scales> [[gnu::always_inline]] inline void takeCodes(ProductsPiece& piece, int g, const __m512i (&codes)[8])
{
    const auto x = reinterpret_cast<Bytes>(piece.vector->codes[g][0]);
    for (int i = 0; i < piece.lines; ++i, piece.ahead += 64) _mm_prefetch(reinterpret_cast<const char*>(piece.ahead), _MM_HINT_T0);
#pragma GCC unroll 2
    for (int i = 0; i < Scales; ++i) {
        __m512i products = _mm512_setzero_si512();
#pragma GCC unroll 8
        for (int q = 8 / Scales * i; q < 8 / Scales * (i + 1); ++q) products = _mm512_dpbusd_epi32(products, codes[q], _mm512_set1_epi32(readAs<std::int32_t>(x + 4 * q)));
        _mm512_store_si512(piece.products[g][i], products);
    }
}

[[gnu::always_inline]] inline __m512i lowNibbles(__m512i v) { return _mm512_and_si512(v, _mm512_set1_epi8(15)); }
[[gnu::always_inline]] inline __m512i highNibbles(__m512i v) { return lowNibbles(_mm512_srli_epi16(v, 4)); }
// Byte b of each 32 bits.
template <int b> [[gnu::always_inline]] inline __m512 unsignedByte(__m512i v)
{
    return _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32(v, 8 * b), _mm512_set1_epi32(255)));
}
template <int b> [[gnu::always_inline]] inline __m512 signedByte(__m512i v)
{
    return _mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(v, 24 - 8 * b), 24));
}
// Bytes a and b of each 32 bits as two 16-bit words; signed ones times 256.
template <int a, int b> [[gnu::always_inline]] inline __m512i words(__m512i v)
{
    return _mm512_shuffle_epi8(v, _mm512_broadcast_i32x4(_mm_set_epi32(
                                      static_cast<int>(0x80008000u | (12 + b) << 16 | (12 + a)), static_cast<int>(0x80008000u | (8 + b) << 16 | (8 + a)),
                                      static_cast<int>(0x80008000u | (4 + b) << 16 | (4 + a)), static_cast<int>(0x80008000u | b << 16 | a))));
}
template <int a, int b> [[gnu::always_inline]] inline __m512i highWords(__m512i v) { return _mm512_slli_epi16(words<a, b>(v), 8); }

// The half floats in the low 16 bits of each 32.
[[gnu::always_inline]] inline __m512 lowHalves(__m512i v) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(v)); }
[[gnu::always_inline]] inline __m512 highHalves(__m512i v) { return lowHalves(_mm512_srli_epi32(v, 16)); }
// One half float of each row.
[[gnu::always_inline]] inline __m512 halves(RowPointers rows, std::ptrdiff_t at)
{
    alignas(32) std::uint16_t h[kBatchRows];
    for (int r = 0; r < kBatchRows; ++r) h[r] = readAs<std::uint16_t>(rows[r] + at);
    return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(h)));
}

// 32 bits of each row.
[[maybe_unused]] [[gnu::always_inline]] inline __m512i words32(RowPointers rows, std::ptrdiff_t at)
{
    alignas(64) std::uint32_t w[kBatchRows];
    for (int r = 0; r < kBatchRows; ++r) w[r] = readAs<std::uint32_t>(rows[r] + at);
    return _mm512_load_si512(w);
}
// A half float of each row in up to eight blocks of it.
class BlockHalves {
public:
    [[gnu::always_inline]] BlockHalves(RowPointers rows, std::ptrdiff_t at, int blockBytes, int blocks)
    {
        for (int r = 0; r < kBatchRows; ++r)
            for (int b = 0; b < blocks; ++b) m_halves[b][r] = readAs<std::uint16_t>(rows[r] + at + b * blockBytes);
    }
    [[gnu::always_inline]] __m512 operator[](int b) const { return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(m_halves[b]))); }

private:
    alignas(64) std::uint16_t m_halves[kBatchGroups][kBatchRows];
};

// Scales of groups of 16: d times the four bytes of each row, signed; the i-th four.
[[maybe_unused]] [[gnu::always_inline]] inline void scales16(__m512i bytes, __m512 d, RowsScales& piece, int i)
{
    _mm512_store_ps(piece.scales[4 * i], _mm512_mul_ps(d, signedByte<0>(bytes)));
    _mm512_store_ps(piece.scales[4 * i + 1], _mm512_mul_ps(d, signedByte<1>(bytes)));
    _mm512_store_ps(piece.scales[4 * i + 2], _mm512_mul_ps(d, signedByte<2>(bytes)));
    _mm512_store_ps(piece.scales[4 * i + 3], _mm512_mul_ps(d, signedByte<3>(bytes)));
}
// The 16 scales of each row as signed bytes, where `Offset` was added to each code.
template <int Offset> [[gnu::always_inline]] inline void signedScales16(const __m512i (&bytes)[4], __m512 d, RowsScales& piece)
{
    constexpr int shift = 8 - std::countr_zero(static_cast<unsigned>(Offset)); // of bytes in the high half of a word
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        scales16(bytes[i], d, piece, i);
        _mm512_store_si512(piece.sumFactors[2 * i], _mm512_srai_epi16(highWords<0, 1>(bytes[i]), shift));
        _mm512_store_si512(piece.sumFactors[2 * i + 1], _mm512_srai_epi16(highWords<2, 3>(bytes[i]), shift));
    }
}

} // namespace
} // namespace corral::quant
