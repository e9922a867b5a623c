#include "core/quant/formats/q4_K.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q4_K = blockFormat<Q4_K>(12, "q4_K", 1.50e-2f, q4_K_every, encode::q4_K);

} // namespace corral::quant::formats
