#pragma once
// The formats of 32 values whose 16 code bytes hold value j in the low and value j + 16 in the high nibble of byte j: what
// distinguishes them, for the vector kernels that serve them all (nibble_dot_avx2.h, nibble_dot_avx512.h).
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

#include <array>

namespace corral::quant {
namespace {

// Byte positions are from the start of the block. The scale is at 0: a half float, or an E8M0 byte whose half is meant.
struct NibbleLayout {
    int bytes;           // of a block
    int codes;           // position of the 16 code bytes
    int high = -1;       // position of a u32 with a fifth bit for every code, or -1
    int offset = 0;      // what to subtract from code or table value + offset: both are made unsigned by adding it
    bool affine = false; // a minimum, half float, at 2
    bool tabled = false; // a code stands for a value of the table
    bool e8m0 = false;
    std::array<std::int8_t, 16> table{};
};

#if defined(__AVX2__)
// 0 or 16 in byte i: bit i of `bits`.
[[maybe_unused]] [[gnu::always_inline]] inline __m256i fifthBits(std::uint32_t bits)
{
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)),
                                              _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303));
    const __m256i one = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(bytes, one), one), _mm256_set1_epi8(16));
}

// The signed codes of a block in the order of its values.
template <NibbleLayout L> [[gnu::always_inline]] inline __m256i nibbleCodes(Bytes p)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + L.codes));
    __m256i codes = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
    if constexpr (L.tabled) {
        const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(L.table.data()));
        return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), codes);
    }
    if constexpr (L.high >= 0) codes = _mm256_or_si256(codes, fifthBits(readAs<std::uint32_t>(p + L.high)));
    if constexpr (L.offset != 0) codes = _mm256_sub_epi8(codes, _mm256_set1_epi8(L.offset));
    return codes;
}
#endif

} // namespace
} // namespace corral::quant
