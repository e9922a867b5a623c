#if defined(__x86_64__)
#include "core/quant/encode/k_symmetric.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(q3_K, avx512, encodeRows<Q3_KEncoder>)
CORRAL_DEFINE_ENCODER(q6_K, avx512, encodeRows<Q6_KEncoder>)

} // namespace corral::quant::encode
#endif
