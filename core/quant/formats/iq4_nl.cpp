#include "core/quant/formats/iq4_nl.h"

#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {

extern constinit const Format iq4_nl = blockFormat<IQ4_nl>(20, "iq4_nl", 1.45e-2f, iq4_nl_all, encode::iq4_nl);

} // namespace corral::quant::formats
