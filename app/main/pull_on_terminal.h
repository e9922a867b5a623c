#pragma once
#include "app/cli/cli.h"

namespace corral::app {

// The download queue for a program without a window: makes a QCoreApplication if there is none, and returns when the one item has arrived or failed.
Result<std::vector<std::filesystem::path>> pullOnTerminal(const cli::PullOrder& order, const std::function<void(const cli::PullProgress&)>& progress,
                                                          const std::function<bool()>& stopped);

} // namespace corral::app
