// I16: numbers that files may hold and products never use; only the size is known.
#include "core/quant/format.h"

namespace corral::quant::formats {

extern constinit const Format i16 = {.id = 25, .name = "i16", .blockSize = 1, .blockBytes = 2};

} // namespace corral::quant::formats
