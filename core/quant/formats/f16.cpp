#include "core/quant/formats/f16.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format f16 = scalarFormat<F16>(kF16, "f16", 1e-5f, f16_fast, encode::f16);

} // namespace corral::quant::formats
