#include "core/quant/formats/bf16.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format bf16 = scalarFormat<Bf16>(kBF16, "bf16", 1e-5f, bf16_fast, encode::bf16);

} // namespace corral::quant::formats
