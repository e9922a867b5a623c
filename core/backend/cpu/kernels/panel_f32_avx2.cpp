#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx2.h"

#include "core/backend/cpu/kernels/panel_f32_simd.h"

namespace corral::cpu {

// 32 rows × 2048 values: 256 KiB, half of the second-level cache of most AVX2 processors.
const PanelKernel kPanelF32Avx2 = floatPanelKernel(kTile, 4, 2048, packTile, packGroup, multiply);

} // namespace corral::cpu
#endif
