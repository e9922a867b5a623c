#include "core/quant/encode/small_blocks.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(q4_0, plain, encodeRows<RoundAroundZero<8>>)
CORRAL_DEFINE_ENCODER(q5_0, plain, encodeRows<RoundAroundZero<16>>)
CORRAL_DEFINE_ENCODER(q4_1, plain, encodeRows<RoundAboveMinimum<15>>)
CORRAL_DEFINE_ENCODER(q5_1, plain, encodeRows<RoundAboveMinimum<31>>)
CORRAL_DEFINE_ENCODER(q8_0, plain, encodeRows<Q8_0Encoder>)

} // namespace corral::quant::encode
