#include "core/quant/formats/q2_K.h"

namespace corral::quant::formats {

extern constinit const Format q2_K = blockFormat<Q2_K>(10, "q2_K", 1.65e-2f, q2_K_fast);

} // namespace corral::quant::formats
