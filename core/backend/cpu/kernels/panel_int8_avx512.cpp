#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel_int8_simd.h"

namespace corral::cpu {

const PanelKernel kPanelInt8By256Avx512 = int8Kernel<256>;
const PanelKernel kPanelInt8By32Avx512 = int8Kernel<32>;

} // namespace corral::cpu
#endif
