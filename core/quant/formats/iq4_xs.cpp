#include "core/quant/formats/iq4_xs.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format iq4_xs = blockFormat<IQ4_xs>(23, "iq4_xs", 1.53e-2f, iq4_xs_all, encode::iq4_xs);

} // namespace corral::quant::formats
