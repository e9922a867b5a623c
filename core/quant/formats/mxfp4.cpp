#include "core/quant/formats/mxfp4.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format mxfp4 = blockFormat<Mxfp4>(39, "mxfp4", 1.47e-2f, mxfp4_all, encode::mxfp4);

} // namespace corral::quant::formats
