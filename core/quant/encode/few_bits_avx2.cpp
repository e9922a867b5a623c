#if defined(__x86_64__)
#include "core/quant/encode/few_bits.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(tq1_0, avx2, encodeRows<Ternary<TQ1_0Layout>>)
CORRAL_DEFINE_ENCODER(tq2_0, avx2, encodeRows<Ternary<TQ2_0Layout>>)
CORRAL_DEFINE_ENCODER(q1_0, avx2, encodeRows<Q1_0Encoder>)
CORRAL_DEFINE_ENCODER(q2_0, avx2, encodeRows<Ternary<Q2_0Layout>>)

} // namespace corral::quant::encode
#endif
