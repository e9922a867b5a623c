#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel_codes_simd.h"

namespace corral::cpu {

const PanelKernel kPanelCodes8AvxVnni = codesKernel<8>(nullptr);

} // namespace corral::cpu
#endif
