#pragma once
#include "core/base/error.h"
#include "core/gguf/file.h"
#include "core/quantize/plan.h"

#include <memory>

namespace corral::app {

// The file that a plan would write, without its weights: what an estimate needs of it.
Result<std::shared_ptr<const gguf::File>> plannedHeader(const quantize::Source& source, const quantize::Plan& plan);

} // namespace corral::app
