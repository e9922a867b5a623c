#include "core/quant/formats/q4_0.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q4_0 = blockFormat<Q4_0>(kQ4_0, "q4_0", 1.45e-2f, q4_0_every, encode::q4_0);

} // namespace corral::quant::formats
