#pragma once
#include "app/server/server_options.h"
#include "core/base/error.h"

#include <filesystem>
#include <functional>
#include <string>

namespace corral::app {

// The server for a program without a window: serves until `stopped` says so. What happens is told in lines.
Result<void> serveOnTerminal(const server::ServerOptions& options, const std::filesystem::path& model, const std::function<void(const std::string& line)>& tell,
                             const std::function<bool()>& stopped);

} // namespace corral::app
