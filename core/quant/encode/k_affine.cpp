#include "core/quant/encode/k_affine.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(q2_K, plain, encodeRows<KAffine<Q2_KLayout>>)
CORRAL_DEFINE_ENCODER(q4_K, plain, encodeRows<KAffine<Q4_KLayout>>)
CORRAL_DEFINE_ENCODER(q5_K, plain, encodeRows<KAffine<Q5_KLayout>>)

} // namespace corral::quant::encode
