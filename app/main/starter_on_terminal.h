#pragma once
#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace corral::app {

// StarterFetcher for a program without a window: makes a QCoreApplication if there is none, and returns when the model is at `file`.
Result<void> fetchStarterOnTerminal(const std::filesystem::path& file, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

} // namespace corral::app
