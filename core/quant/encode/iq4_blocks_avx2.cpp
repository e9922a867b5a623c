#if defined(__x86_64__)
#include "core/quant/encode/iq4_blocks.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(iq4_nl, avx2, encodeRows<IQ4_nlEncoder>)
CORRAL_DEFINE_ENCODER(iq4_xs, avx2, encodeRows<IQ4_xsEncoder>)

} // namespace corral::quant::encode
#endif
