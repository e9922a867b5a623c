// I64: numbers that files may hold and products never use; only the size is known.
#include "core/quant/format.h"

namespace corral::quant::formats {

extern constinit const Format i64 = {.id = 27, .name = "i64", .blockSize = 1, .blockBytes = 8};

} // namespace corral::quant::formats
