#if defined(__x86_64__)
#include "core/quant/encode/scalars.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(f32, avx2, encodeScalars<F32Writer>)
CORRAL_DEFINE_ENCODER(f16, avx2, encodeScalars<F16Writer>)
CORRAL_DEFINE_ENCODER(bf16, avx2, encodeScalars<Bf16Writer>)

} // namespace corral::quant::encode
#endif
