#pragma once
// The command line of Corral: `corral COMMAND [OPTIONS]`. A user of Corral::core like the window; no Qt.
//
// Answers and results go to stdout and nothing else does; progress, hints and errors (one line each) go to stderr. Exit status: 0 fine,
// 1 failed, 2 wrong usage.
#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace corral::cli {

// What the command line cannot do by itself; main fills it in. All may be empty.
struct Hooks {
    // Fetches the starter model and leaves it, verified, at `file`. Called from the main thread; returns when done.
    std::function<Result<void>(const std::filesystem::path& file, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress)>
        fetchStarter;
};

// argv as main() has it.
int run(int argc, char** argv, const Hooks& hooks);

// Whether `corral NAME` is the command line's business ("chat", "--help", …) and not the window's.
bool isCommand(std::string_view name);

} // namespace corral::cli
