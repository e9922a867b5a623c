#include "core/quant/formats/iq4_nl.h"

namespace corral::quant::formats {

extern constinit const Format iq4_nl = blockFormat<IQ4_nl>(20, "iq4_nl", 1.45e-2f, iq4_nl_fast);

} // namespace corral::quant::formats
