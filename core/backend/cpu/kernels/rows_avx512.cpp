#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx512.h"

#include "core/backend/cpu/kernels/rows_simd.h"

namespace corral::cpu {

const RowKernels kRowsAvx512{rmsNorm, layerNorm, add, multiply, scale, softCap, silu, gelu, softmax, addScaled};

} // namespace corral::cpu
#endif
