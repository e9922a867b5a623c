#if defined(__aarch64__)
#include "core/backend/cpu/kernels/simd_neon.h"

#include "core/backend/cpu/kernels/panel_f32_simd.h"

namespace corral::cpu {

// 32 rows × 2048 values: 256 KiB, half of the second-level cache of most processors.
const PanelKernel kPanelF32Neon = floatPanelKernel(kTile, 4, 2048, packTile, packGroup, multiply);

} // namespace corral::cpu
#endif
