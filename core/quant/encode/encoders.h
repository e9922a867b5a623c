#pragma once
// The encoders of every format, for its file in formats/. Each is defined in a family's file here and, for the vector levels, in
// FAMILY_avx2.cpp and FAMILY_avx512.cpp, which compile the same template for wider lanes.
#include "core/quant/block_codes.h"

namespace corral::quant::encode {

#define CORRAL_ENCODER(function)                                                                                                           \
    void function(const float* values, const float* importance, std::byte* blocks, std::int64_t rows, std::int64_t n)

// After the name: whether importances are looked at, and (if so) whether they are needed.
#if defined(__x86_64__)
#define CORRAL_DECLARE_ENCODERS(name, ...)                                                                                                 \
    CORRAL_ENCODER(name##_plain);                                                                                                          \
    CORRAL_ENCODER(name##_avx2);                                                                                                           \
    CORRAL_ENCODER(name##_avx512);                                                                                                         \
    inline constexpr Encoders name{name##_plain, name##_avx2, name##_avx512, __VA_ARGS__};
#else
#define CORRAL_DECLARE_ENCODERS(name, ...)                                                                                                 \
    CORRAL_ENCODER(name##_plain);                                                                                                          \
    inline constexpr Encoders name{name##_plain, nullptr, nullptr, __VA_ARGS__};
#endif

// name_LEVEL is an instance of a template function with the parameters of EncodeRowsFn.
#define CORRAL_DEFINE_ENCODER(name, level, ...)                                                                                            \
    CORRAL_ENCODER(name##_##level) { __VA_ARGS__(values, importance, blocks, rows, n); }

CORRAL_DECLARE_ENCODERS(f32, false)
CORRAL_DECLARE_ENCODERS(f16, false)
CORRAL_DECLARE_ENCODERS(bf16, false)
CORRAL_DECLARE_ENCODERS(q4_0, true)
CORRAL_DECLARE_ENCODERS(q4_1, true)
CORRAL_DECLARE_ENCODERS(q5_0, true)
CORRAL_DECLARE_ENCODERS(q5_1, true)
CORRAL_DECLARE_ENCODERS(q8_0, false)
CORRAL_DECLARE_ENCODERS(q2_K, true)
CORRAL_DECLARE_ENCODERS(q3_K, true)
CORRAL_DECLARE_ENCODERS(q4_K, true)
CORRAL_DECLARE_ENCODERS(q5_K, true)
CORRAL_DECLARE_ENCODERS(q6_K, true)
CORRAL_DECLARE_ENCODERS(iq4_nl, true)
CORRAL_DECLARE_ENCODERS(iq4_xs, true)
CORRAL_DECLARE_ENCODERS(mxfp4, false)
CORRAL_DECLARE_ENCODERS(nvfp4, false)
CORRAL_DECLARE_ENCODERS(tq1_0, false)
CORRAL_DECLARE_ENCODERS(tq2_0, false)
CORRAL_DECLARE_ENCODERS(q1_0, false)
CORRAL_DECLARE_ENCODERS(q2_0, false)
CORRAL_DECLARE_ENCODERS(iq1_s, true, true)
CORRAL_DECLARE_ENCODERS(iq1_m, true)
CORRAL_DECLARE_ENCODERS(iq2_xxs, true, true)
CORRAL_DECLARE_ENCODERS(iq2_xs, true, true)
CORRAL_DECLARE_ENCODERS(iq2_s, true)
CORRAL_DECLARE_ENCODERS(iq3_xxs, true)
CORRAL_DECLARE_ENCODERS(iq3_s, true)

} // namespace corral::quant::encode
