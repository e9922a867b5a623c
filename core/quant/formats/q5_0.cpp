#include "core/quant/formats/q5_0.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q5_0 = blockFormat<Q5_0>(6, "q5_0", 1.44e-2f, q5_0_all, encode::q5_0);

} // namespace corral::quant::formats
