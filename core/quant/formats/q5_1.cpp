#include "core/quant/formats/q5_1.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q5_1 = blockFormat<Q5_1>(7, "q5_1", 1.33e-2f, q5_1_all, encode::q5_1);

} // namespace corral::quant::formats
