// F64: numbers that files may hold and products never use; only the size is known.
#include "core/quant/format.h"

namespace corral::quant::formats {

extern constinit const Format f64 = {.id = 28, .name = "f64", .blockSize = 1, .blockBytes = 8};

} // namespace corral::quant::formats
