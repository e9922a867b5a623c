// I8: numbers that files may hold and products never use; only the size is known.
#include "core/quant/format.h"

namespace corral::quant::formats {

extern constinit const Format i8 = {.id = 24, .name = "i8", .blockSize = 1, .blockBytes = 1};

} // namespace corral::quant::formats
