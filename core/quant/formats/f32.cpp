#include "core/quant/formats/f32.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format f32 = scalarFormat<F32>(kF32, "f32", 1e-5f, f32_fast, encode::f32);

} // namespace corral::quant::formats
