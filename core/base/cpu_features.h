#pragma once
// Which instruction set this process may use. One build holds all of them; code in *_avx2.cpp, *_avx512.cpp and *_neon.cpp is entered
// only when simdLevel() says so. The environment variable CORRAL_SIMD=plain|avx2|avx512|neon lowers the level (tests run every level the machine has).
#include <string>

namespace corral {

enum class SimdLevel {
    Plain,  // the baseline the compiler was given (x86-64: SSE2; 64-bit ARM: NEON as the compiler sees fit)
    Neon,   // 64-bit ARM with dot products of bytes (FEAT_DotProd). Those below are never met there, nor this one on x86
    Avx2,   // AVX2, FMA, F16C, BMI2
    Avx512, // AVX-512 F/BW/VL/DQ, VNNI, BF16, VBMI and GFNI: Zen 4 and newer, Ice Lake/Sapphire Rapids with BF16
};

// The best level of this processor, not lowered by the environment.
SimdLevel detectSimdLevel();
// What to use: detectSimdLevel() lowered by CORRAL_SIMD; read once per process.
SimdLevel simdLevel();
const char* toString(SimdLevel level);

// The processor's own name ("AMD EPYC 9B45"), for benchmark tables and the diagnostics page; empty if unknown.
std::string cpuName();
// Physical cores this process may run on (at least 1): the default number of threads.
int physicalCores();

} // namespace corral
