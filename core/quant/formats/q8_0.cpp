#include "core/quant/formats/q8_0.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q8_0 = blockFormat<Q8_0>(kQ8_0, "q8_0", 1.42e-2f, q8_0_every, encode::q8_0);

} // namespace corral::quant::formats
