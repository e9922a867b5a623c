#pragma once
// The dot product of the nibble formats (nibble_blocks.h) with Q8x32 activations on AVX-512 VNNI: four blocks, 128 values a step.
#include "core/quant/dot_frame.h"
#include "core/quant/nibble_blocks.h"

namespace corral::quant {
namespace {

// The four blocks are loaded as the first 64 and the last 64 of their bytes (which overlap); byte shuffles of the two gather the codes of
// block b in the 128-bit lane b, and b's scale in the four 32-bit lanes there. Codes are multiplied as unsigned bytes, an offset
// is corrected in int32 by the stored sums of activations.
template <NibbleLayout L> class FourBlocks {
public:
    static constexpr int values = 128, bytes = 4 * L.bytes;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i head = _mm512_loadu_si512(p), tail = _mm512_loadu_si512(p + bytes - 64);
        const __m512i packed = _mm512_permutex2var_epi8(head, m_codes, tail);
        const __m512i fifteen = _mm512_set1_epi8(15);
        __m512i low = _mm512_and_si512(packed, fifteen), high = _mm512_and_si512(_mm512_srli_epi16(packed, 4), fifteen);
        if constexpr (L.tabled) {
            low = _mm512_shuffle_epi8(m_table, low);
            high = _mm512_shuffle_epi8(m_table, high);
        }
        if constexpr (L.high >= 0) {
            const __m512i bit = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201u)), sixteen = _mm512_set1_epi8(16);
            const __mmask64 lowBits = _mm512_test_epi8_mask(_mm512_permutex2var_epi8(head, m_lowBits, tail), bit);
            const __mmask64 highBits = _mm512_test_epi8_mask(_mm512_permutex2var_epi8(head, m_highBits, tail), bit);
            low = _mm512_mask_add_epi8(low, lowBits, low, sixteen);
            high = _mm512_mask_add_epi8(high, highBits, high, sixteen);
        }

        // Activations: lanes of the first 16 values of the four blocks, and of the last 16.
        const __m512i a01 = _mm512_load_si512(x.codes + 128 * s), a23 = _mm512_load_si512(x.codes + 128 * s + 64);
        const __m512i first = _mm512_shuffle_i32x4(a01, a23, 0x88), last = _mm512_shuffle_i32x4(a01, a23, 0xdd);
        // The sum of block b in the low word of the 32-bit lane 4b, zero elsewhere.
        const __m128i sums = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.sums + 4 * s));
        const __m512i spread = _mm512_maskz_permutexvar_epi16(0x01010101, m_perBlock16, _mm512_castsi128_si512(sums));

        __m512i products = _mm512_setzero_si512();
        if constexpr (L.offset != 0) products = _mm512_dpwssd_epi32(products, spread, _mm512_set1_epi16(-L.offset));
        products = _mm512_dpbusd_epi32(products, low, first);
        products = _mm512_dpbusd_epi32(products, high, last);

        const __m512 dx = _mm512_permutexvar_ps(m_perBlock32, _mm512_castps128_ps512(_mm_load_ps(x.scales + 4 * s)));
        __m512 d;
        if constexpr (L.e8m0) {
            // 2^(e − 128) has the exponent field e − 1; for e = 0 and 1 that leaves 0 instead of a subnormal below 2^-126.
            const __m512i e = _mm512_maskz_permutex2var_epi8(0x1111111111111111u, head, m_scales, tail);
            d = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_subs_epu16(e, _mm512_set1_epi32(1)), 23));
        } else {
            d = _mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutex2var_epi16(head, m_scales, tail)));
        }
        sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_mul_ps(d, dx), sum);
        if constexpr (L.affine) {
            const __m512 m = _mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_permutex2var_epi16(head, m_minimums, tail)));
            const __m512 sumX = _mm512_cvtepi32_ps(_mm512_madd_epi16(spread, _mm512_set1_epi16(1)));
            sum = _mm512_fmadd_ps(sumX, _mm512_mul_ps(m, dx), sum);
        }
    }

private:
    // Position in the four blocks → index into (head, tail).
    static constexpr int source(int position) { return position < 64 ? position : 64 + position - (bytes - 64); }
    // For each of the 64 bytes of a register the index of block b = byte / 16's byte at `first` + (byte % 16) / Repeat.
    template <int First, int Repeat> static __m512i byteIndex()
    {
        alignas(64) static constexpr auto index = [] {
            std::array<std::uint8_t, 64> result{};
            for (int i = 0; i < 64; ++i)
                result[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(source(L.bytes * (i / 16) + First + i % 16 / Repeat));
            return result;
        }();
        return _mm512_load_si512(index.data());
    }
    // For each of 16 words the index of the word at `First` of block word / 4. Even positions only.
    template <int First> static __m512i wordIndex()
    {
        alignas(64) static constexpr auto index = [] {
            std::array<std::uint16_t, 32> result{};
            for (int i = 0; i < 32; ++i)
                result[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(source(L.bytes * (i / 4 % 4) + First) / 2);
            return result;
        }();
        return _mm512_load_si512(index.data());
    }
    static __m512i scaleIndex()
    {
        if constexpr (L.e8m0)
            return byteIndex<0, 16>();
        else
            return wordIndex<0>();
    }
    static __m512i table()
    {
        if constexpr (!L.tabled)
            return _mm512_setzero_si512();
        else {
            const __m128i signedValues = _mm_loadu_si128(reinterpret_cast<const __m128i*>(L.table.data()));
            return _mm512_broadcast_i32x4(_mm_add_epi8(signedValues, _mm_set1_epi8(static_cast<char>(L.offset))));
        }
    }

    const __m512i m_codes = byteIndex<L.codes, 1>();
    const __m512i m_scales = scaleIndex();
    const __m512i m_minimums = wordIndex<2>();
    const __m512i m_lowBits = byteIndex<L.high, 8>();
    const __m512i m_highBits = byteIndex<L.high + 2, 8>();
    const __m512i m_table = table();
    const __m512i m_perBlock16 = _mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0);
    const __m512i m_perBlock32 = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
};

} // namespace
} // namespace corral::quant
