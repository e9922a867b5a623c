#if defined(__x86_64__)
#include "core/backend/cpu/kernels/panel_codes_simd.h"

namespace corral::cpu {

const PanelKernel kPanelCodes4Avx2 = codesKernel<Scheme{4, Scales::Affine}>();
const PanelKernel kPanelCodes5Avx2 = codesKernel<Scheme{5, Scales::Affine}>();
const PanelKernel kPanelCodes6Avx2 = codesKernel<Scheme{6, Scales::Halves}>();
const PanelKernel kPanelTable6Avx2 = codesKernel<Scheme{6, Scales::Affine}>();
const PanelKernel kPanelCodes7Avx2 = codesKernel<Scheme{7, Scales::Rounded}>();

} // namespace corral::cpu
#endif
