// I32: numbers that files may hold and products never use; only the size is known.
#include "core/quant/format.h"

namespace corral::quant::formats {

extern constinit const Format i32 = {.id = 26, .name = "i32", .blockSize = 1, .blockBytes = 4};

} // namespace corral::quant::formats
