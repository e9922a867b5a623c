#pragma once
// The dot product of the nibble formats (nibble_blocks.h) with Q8x32 activations on AVX2: four blocks, 128 values a step.
#include "core/quant/dot_frame.h"
#include "core/quant/nibble_blocks.h"

namespace corral::quant {
namespace {

// Two blocks share a register: block A in the lower 128 bits, B in the upper, first the low nibbles of both, then the high. Codes are
// multiplied as unsigned bytes, and the offset is corrected by scale · sum of activations; where that would overflow the 16-bit sums of
// products (IQ4: values up to 127) the sign goes to the activations instead.
template <NibbleLayout L> class FourBlocks {
public:
    static constexpr int values = 128, bytes = 4 * L.bytes;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const __m128 dx = _mm_load_ps(x.scales + 4 * s);
        const __m128 scales = _mm_mul_ps(blockScales(p), dx); // of the four blocks
        for (int pair = 0; pair < 2; ++pair) {
            const __m256i products = pairProducts(p + 2 * pair * L.bytes, x.codes + 128 * s + 64 * pair);
            const __m256 d = _mm256_permutevar8x32_ps(_mm256_castps128_ps256(scales), pair == 0 ? m_firstTwo : m_lastTwo);
            sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(products), d, sum);
        }
        if constexpr (L.affine || (L.offset != 0 && !signedProducts)) {
            const __m128i sums = _mm_cvtepi16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.sums + 4 * s)));
            __m128 factor;
            if constexpr (L.affine)
                factor = _mm_mul_ps(halves(p + 2), dx);
            else
                factor = _mm_mul_ps(scales, _mm_set1_ps(-L.offset));
            const __m128 correction = _mm_mul_ps(_mm_cvtepi32_ps(sums), factor);
            sum = _mm256_add_ps(sum, _mm256_zextps128_ps256(correction));
        }
    }

private:
    static constexpr bool signedProducts = L.offset > 16;

    // The half floats at p in the four blocks.
    [[gnu::always_inline]] static __m128 halves(Bytes p)
    {
        __m128i h = _mm_cvtsi32_si128(readAs<std::uint16_t>(p));
        h = _mm_insert_epi16(h, readAs<std::uint16_t>(p + L.bytes), 1);
        h = _mm_insert_epi16(h, readAs<std::uint16_t>(p + 2 * L.bytes), 2);
        h = _mm_insert_epi16(h, readAs<std::uint16_t>(p + 3 * L.bytes), 3);
        return _mm_cvtph_ps(h);
    }
    [[gnu::always_inline]] static __m128 blockScales(Bytes p)
    {
        if constexpr (L.e8m0) {
            // 2^(e − 128) has the exponent field e − 1; for e = 0 and 1 that leaves 0 instead of a subnormal below 2^-126.
            const __m128i e = _mm_setr_epi32(p[0], p[L.bytes], p[2 * L.bytes], p[3 * L.bytes]);
            return _mm_castsi128_ps(_mm_slli_epi32(_mm_subs_epu16(e, _mm_set1_epi32(1)), 23));
        } else {
            return halves(p);
        }
    }

    // Four lanes of products for the block at p, four for the next; a: their 64 activations.
    [[gnu::always_inline]] __m256i pairProducts(Bytes p, const std::int8_t* a) const
    {
        const __m256i packed = _mm256_set_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + L.bytes + L.codes)),
                                                _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + L.codes)));
        const __m256i fifteen = _mm256_set1_epi8(15);
        __m256i low = _mm256_and_si256(packed, fifteen), high = _mm256_and_si256(_mm256_srli_epi16(packed, 4), fifteen);
        const __m256i actA = _mm256_load_si256(reinterpret_cast<const __m256i*>(a));
        const __m256i actB = _mm256_load_si256(reinterpret_cast<const __m256i*>(a + 32));
        const __m256i first = _mm256_permute2x128_si256(actA, actB, 0x20), last = _mm256_permute2x128_si256(actA, actB, 0x31);
        if constexpr (L.tabled) {
            low = _mm256_shuffle_epi8(m_table, low);
            high = _mm256_shuffle_epi8(m_table, high);
        }
        if constexpr (L.high >= 0) {
            const __m256i bitsA = fifthBits(readAs<std::uint32_t>(p + L.high)),
                          bitsB = fifthBits(readAs<std::uint32_t>(p + L.bytes + L.high));
            low = _mm256_or_si256(low, _mm256_permute2x128_si256(bitsA, bitsB, 0x20));
            high = _mm256_or_si256(high, _mm256_permute2x128_si256(bitsA, bitsB, 0x31));
        }
        const __m256i one = _mm256_set1_epi16(1);
        if constexpr (signedProducts) {
            const __m256i lowProducts = _mm256_maddubs_epi16(_mm256_abs_epi8(low), _mm256_sign_epi8(first, low));
            const __m256i highProducts = _mm256_maddubs_epi16(_mm256_abs_epi8(high), _mm256_sign_epi8(last, high));
            return _mm256_add_epi32(_mm256_madd_epi16(lowProducts, one), _mm256_madd_epi16(highProducts, one));
        } else {
            // At most 4 · 31 · 127 = 15748.
            return _mm256_madd_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(low, first), _mm256_maddubs_epi16(high, last)), one);
        }
    }

    static __m256i table()
    {
        if constexpr (!L.tabled)
            return _mm256_setzero_si256();
        else {
            const __m128i signedValues = _mm_loadu_si128(reinterpret_cast<const __m128i*>(L.table.data()));
            return _mm256_broadcastsi128_si256(_mm_add_epi8(signedValues, _mm_set1_epi8(signedProducts ? 0 : L.offset)));
        }
    }

    const __m256i m_table = table();
    const __m256i m_firstTwo = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1), m_lastTwo = _mm256_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3);
};

} // namespace
} // namespace corral::quant
