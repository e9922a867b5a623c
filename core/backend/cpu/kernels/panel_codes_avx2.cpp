#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel_codes_simd.h"

namespace corral::cpu {

const PanelKernel kPanelCodes4Avx2 = codesKernel<4>(packCodes<4>);
const PanelKernel kPanelCodes5Avx2 = codesKernel<5>(packCodes<5>);
const PanelKernel kPanelCodes6Avx2 = codesKernel<6>(packCodes<6>);
const PanelKernel kPanelCodes7Avx2 = codesKernel<7>(nullptr);

} // namespace corral::cpu
#endif
