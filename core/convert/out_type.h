#pragma once
// The converter's own types of output (facts/convert.md § 3).
#include "core/convert/checkpoint.h"

namespace corral::convert {

OutType automaticType(const quantize::Source& checkpoint); // of the first matrix that is stored in 16 bits; F16 if none is
std::uint32_t fileTypeOf(OutType type);                    // general.file_type; not of Auto

} // namespace corral::convert
