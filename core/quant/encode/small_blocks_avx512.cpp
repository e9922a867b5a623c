#if defined(__x86_64__)
#include "core/quant/encode/small_blocks.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(q4_0, avx512, encodeRows<RoundAroundZero<8>>)
CORRAL_DEFINE_ENCODER(q5_0, avx512, encodeRows<RoundAroundZero<16>>)
CORRAL_DEFINE_ENCODER(q4_1, avx512, encodeRows<RoundAboveMinimum<15>>)
CORRAL_DEFINE_ENCODER(q5_1, avx512, encodeRows<RoundAboveMinimum<31>>)
CORRAL_DEFINE_ENCODER(q8_0, avx512, encodeRows<Q8_0Encoder>)

} // namespace corral::quant::encode
#endif
