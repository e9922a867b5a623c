#pragma once
// Q4_K and Q5_K blocks times Q8x256 activations on AVX2.
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/k_dot_avx2.h"
#include "core/quant/k_scales.h"

namespace corral::quant {
namespace {

template <class B> struct KNibbles {
    static constexpr int values = 256, bytes = B::bytes;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const SixBitScales packed = unpackSixBit(p + 4);
        const __m128i scales = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<long long>(packed.scales)));
        const __m256i products =
            scaledProducts32([p](int g) { return B::codes32(p, g); }, _mm256_broadcastsi128_si256(scales), x.codes + 256 * s);
        // Minimum g times the sums of its two 16s: each minimum twice.
        const __m128i minimums = _mm_cvtsi64_si128(static_cast<long long>(packed.minimums));
        const __m256i offsets = _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm_unpacklo_epi8(minimums, minimums)), sumsOf16(x, s));
        addScaled(sum, products, halfAt(p) * x.scales[s]);
        addScaled(sum, offsets, -(halfAt(p + 2) * x.scales[s]));
    }
};

// Each minimum twice: for both 16s of its group.
[[gnu::always_inline]] inline LargeScales kNibbleScales(Bytes p)
{
    const SixBitScales packed = unpackSixBit(p + 4);
    const __m128i scales = _mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<long long>(packed.scales)));
    const __m128i minimums = _mm_cvtsi64_si128(static_cast<long long>(packed.minimums));
    return {_mm256_castsi128_si256(scales), _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(minimums, minimums)), halfAt(p), -halfAt(p + 2)};
}

} // namespace
} // namespace corral::quant
