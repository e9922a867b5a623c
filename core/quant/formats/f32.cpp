#include "core/quant/formats/f32.h"

namespace corral::quant::formats {

extern constinit const Format f32 = scalarFormat<F32>(kF32, "f32", 1e-5f, f32_fast);

} // namespace corral::quant::formats
