#if defined(__aarch64__)
#include "core/backend/cpu/kernels/simd_neon.h"

#include "core/backend/cpu/kernels/rows_simd.h"

namespace corral::cpu {

const RowKernels kRowsNeon{rmsNorm, layerNorm, add, multiply, scale, softCap, silu, gelu, softmax, addScaled};

} // namespace corral::cpu
#endif
