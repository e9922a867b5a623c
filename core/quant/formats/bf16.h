#pragma once
// BF16: the upper half of a float32.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct Bf16 {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static float read(Bytes p)
    {
        return std::bit_cast<float>(static_cast<std::uint32_t>(readAs<std::uint16_t>(p)) << 16);
    }
#if defined(__AVX512F__)
    [[gnu::always_inline]] static __m512 load(Bytes p)
    {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))), 16));
    }
#elif defined(__AVX2__)
    [[gnu::always_inline]] static __m256 load(Bytes p)
    {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), 16));
    }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(bf16)

} // namespace corral::quant::formats
