#pragma once
// Dot products of bytes on processors between AVX2 and all that SimdLevel::Avx512 asks for. Only the int8 panels use them (panel_product.cpp); everything
// else runs at level Avx2 there.
#include "core/base/cpu_features.h"

namespace corral {

enum class ByteDots {
    None,
    AvxVnni,    // 32 bytes (VEX): Alder Lake, Sierra Forest and newer
    Avx512Vnni, // 64 bytes, AVX-512 F/BW/VL/DQ and VNNI: Cascade Lake, Ice Lake
};

// None at other levels than Avx2. CORRAL_SIMD=avxvnni|avx512vnni lowers to level Avx2 with these, CORRAL_SIMD=avx2 to Avx2 alone; read once per process.
ByteDots byteDots();

} // namespace corral
