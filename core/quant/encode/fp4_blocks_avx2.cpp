#if defined(__x86_64__)
#include "core/quant/encode/fp4_blocks.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(mxfp4, avx2, encodeRows<Mxfp4Encoder>)
CORRAL_DEFINE_ENCODER(nvfp4, avx2, encodeRows<Nvfp4Encoder>)

} // namespace corral::quant::encode
#endif
