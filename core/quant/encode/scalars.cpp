#include "core/quant/encode/scalars.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(f32, plain, encodeScalars<F32Writer>)
CORRAL_DEFINE_ENCODER(f16, plain, encodeScalars<F16Writer>)
CORRAL_DEFINE_ENCODER(bf16, plain, encodeScalars<Bf16Writer>)

} // namespace corral::quant::encode
