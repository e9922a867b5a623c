#pragma once
// F32: float32 as it is.
#include "core/quant/scalar_rows.h"

namespace corral::quant::formats {
namespace {

struct F32 {
    static constexpr int bytes = 4;
    [[gnu::always_inline]] static float read(Bytes p) { return readAs<float>(p); }
#if defined(__AVX512F__)
    [[gnu::always_inline]] static __m512 load(Bytes p) { return _mm512_loadu_ps(reinterpret_cast<const float*>(p)); }
#elif defined(__AVX2__)
    [[gnu::always_inline]] static __m256 load(Bytes p) { return _mm256_loadu_ps(reinterpret_cast<const float*>(p)); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(f32)

} // namespace corral::quant::formats
