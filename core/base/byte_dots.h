#pragma once
// Products of bytes on processors between AVX2 and all that SimdLevel::Avx512 asks for, and beyond SimdLevel::Neon. Only the int8 panels use them
// (panel_product.cpp); everything else runs at level Avx2 or Neon there.
#include "core/base/cpu_features.h"

namespace corral {

enum class ByteDots {
    None,
    AvxVnni,    // 32 bytes (VEX): Alder Lake, Sierra Forest and newer
    Avx512Vnni, // 64 bytes, AVX-512 F/BW/VL/DQ and VNNI: Cascade Lake, Ice Lake
    I8mm,       // matrix products of 64-bit ARM: Graviton 3, Cortex-A510 and newer
};

// None at other levels than Avx2 and Neon. CORRAL_SIMD=avxvnni|avx512vnni lowers to level Avx2 with these, CORRAL_SIMD=avx2 or neon to that level alone; read
// once per process.
ByteDots byteDots();

} // namespace corral
