#include "core/quant/formats/q4_1.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q4_1 = blockFormat<Q4_1>(3, "q4_1", 1.42e-2f, q4_1_all, encode::q4_1);

} // namespace corral::quant::formats
