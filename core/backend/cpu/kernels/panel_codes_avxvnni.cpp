#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel_codes_simd.h"

namespace corral::cpu {

const PanelKernel kPanelCodes8AvxVnni = codesKernel<Scheme{8, Scales::Rounded}>();

} // namespace corral::cpu
#endif
