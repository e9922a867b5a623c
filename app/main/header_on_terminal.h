#pragma once
#include "core/base/error.h"
#include "core/gguf/file.h"

#include <memory>
#include <string>

namespace corral::app {

// The header of a model on a hub, for a program without a window: makes a QCoreApplication if there is none, and returns when it is read.
Result<std::shared_ptr<const gguf::File>> readHeaderOnTerminal(const std::string& source);

} // namespace corral::app
