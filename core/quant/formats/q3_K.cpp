#include "core/quant/formats/q3_K.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format q3_K = blockFormat<Q3_K>(11, "q3_K", 1.53e-2f, q3_K_all, encode::q3_K);

} // namespace corral::quant::formats
