#if defined(__aarch64__)
#include "core/backend/cpu/kernels/panel_int8_neon_simd.h"

namespace corral::cpu {

const PanelKernel kPanelInt8Neon = kInt8;

} // namespace corral::cpu
#endif
