#pragma once
// F16: IEEE half floats.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct F16 {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static float read(Bytes p) { return halfAt(p); }
#if defined(__AVX512F__)
    [[gnu::always_inline]] static __m512 load(Bytes p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
#elif defined(__AVX2__)
    [[gnu::always_inline]] static __m256 load(Bytes p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(f16)

} // namespace corral::quant::formats
