#include "core/quant/formats/q6_K.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q6_K = blockFormat<Q6_K>(14, "q6_K", 1.53e-2f, q6_K_every, encode::q6_K);

} // namespace corral::quant::formats
