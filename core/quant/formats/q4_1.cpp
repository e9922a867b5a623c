#include "core/quant/formats/q4_1.h"

namespace corral::quant::formats {

extern constinit const Format q4_1 = blockFormat<Q4_1>(3, "q4_1", 1.42e-2f, q4_1_fast);

} // namespace corral::quant::formats
