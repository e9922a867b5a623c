#include "core/quant/formats/q5_K.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q5_K = blockFormat<Q5_K>(13, "q5_K", 1.52e-2f, q5_K_every, encode::q5_K);

} // namespace corral::quant::formats
