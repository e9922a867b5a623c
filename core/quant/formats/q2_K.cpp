#include "core/quant/formats/q2_K.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q2_K = blockFormat<Q2_K>(10, "q2_K", 1.65e-2f, q2_K_all, encode::q2_K);

} // namespace corral::quant::formats
