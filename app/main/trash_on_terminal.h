#pragma once
#include "core/base/error.h"

#include <filesystem>
#include <vector>

namespace corral::app {

// The command line's hook of the same purpose.
Result<void> moveToTrashOnTerminal(const std::vector<std::filesystem::path>& files);

} // namespace corral::app
