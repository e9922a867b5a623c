#pragma once
// Q8_0: d f16 [0:2], q int8 × 32 [2:34]; x = d q.
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q8_0 {
    static constexpr int values = 32, bytes = 34, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict) { scales[0] = halfAt(p); }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes) { std::memcpy(codes, p + 2, 32); }
#if defined(__AVX2__)
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 2)); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q8_0)
CORRAL_DECLARE_NEON(q8_0)

} // namespace corral::quant::formats
