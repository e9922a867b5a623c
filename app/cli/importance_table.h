#pragma once
// What corral imatrix --show-statistics prints.
#include "core/quantize/imatrix.h"

#include <string>

namespace corral::cli {

std::string importanceTable(const quantize::Imatrix& imatrix);

} // namespace corral::cli
