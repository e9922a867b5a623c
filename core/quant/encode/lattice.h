#pragma once
// The encoders of the lattice types (IQ1, IQ2, IQ3), for their files in formats/.
#include "core/quant/block_codes.h"

namespace corral::quant::encode {

#define CORRAL_LATTICE_ENCODER(function)                                                                                                   \
    void function(const float* values, const float* importance, std::byte* blocks, std::int64_t rows, std::int64_t n)

#if defined(__x86_64__)
#define CORRAL_DECLARE_LATTICE(name, needsImportance)                                                                                      \
    CORRAL_LATTICE_ENCODER(name##_plain);                                                                                                  \
    CORRAL_LATTICE_ENCODER(name##_avx2);                                                                                                   \
    CORRAL_LATTICE_ENCODER(name##_avx512);                                                                                                 \
    inline constexpr Encoders name{name##_plain, name##_avx2, name##_avx512, true, needsImportance};
#else
#define CORRAL_DECLARE_LATTICE(name, needsImportance)                                                                                      \
    CORRAL_LATTICE_ENCODER(name##_plain);                                                                                                  \
    inline constexpr Encoders name{name##_plain, nullptr, nullptr, true, needsImportance};
#endif

CORRAL_DECLARE_LATTICE(iq1_s, true)
CORRAL_DECLARE_LATTICE(iq1_m, false)
CORRAL_DECLARE_LATTICE(iq2_xxs, true)
CORRAL_DECLARE_LATTICE(iq2_xs, true)
CORRAL_DECLARE_LATTICE(iq2_s, false)
CORRAL_DECLARE_LATTICE(iq3_xxs, false)
CORRAL_DECLARE_LATTICE(iq3_s, false)

// All of one level.
#define CORRAL_DEFINE_LATTICE(name, type, level, lanes)                                                                                    \
    CORRAL_LATTICE_ENCODER(name##_##level)                                                                                                 \
    {                                                                                                                                      \
        LatticeEncoder<type, lanes>().encode(values, importance, blocks, rows, n);                                                         \
    }
#define CORRAL_DEFINE_LATTICES(level, lanes)                                                                                               \
    CORRAL_DEFINE_LATTICE(iq1_s, LatticeIq1s, level, lanes)                                                                                \
    CORRAL_DEFINE_LATTICE(iq1_m, LatticeIq1m, level, lanes)                                                                                \
    CORRAL_DEFINE_LATTICE(iq2_xxs, LatticeIq2xxs, level, lanes)                                                                            \
    CORRAL_DEFINE_LATTICE(iq2_xs, LatticeIq2xs, level, lanes)                                                                              \
    CORRAL_DEFINE_LATTICE(iq2_s, LatticeIq2s, level, lanes)                                                                                \
    CORRAL_DEFINE_LATTICE(iq3_xxs, LatticeIq3xxs, level, lanes)                                                                            \
    CORRAL_DEFINE_LATTICE(iq3_s, LatticeIq3s, level, lanes)

} // namespace corral::quant::encode
