#pragma once
// The command line of Corral: `corral COMMAND [OPTIONS]`. A user of Corral::core like the window; no Qt.
//
// Answers and results go to stdout and nothing else does; progress, hints and errors (one line each) go to stderr. Exit status: 0 fine,
// 1 failed, 2 wrong usage.
#include "core/base/error.h"
#include "core/gguf/file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corral::server {
struct ServerOptions;
}

namespace corral::cli {

// `corral pull`: what to fetch and where to; what is told on the way.
struct PullOrder {
    std::string source;           // "hf:USER/REPO:Q4_K_M", "ms:…", an address
    std::filesystem::path folder; // empty: the models folder
    int connections = 4;
};
struct PullProgress {
    std::string name;
    std::uint64_t done = 0, total = 0; // bytes; total 0: not known
    double bytesPerSecond = 0;         // 0: not known
    std::string trouble;               // why it waits at the moment
};

// What the command line cannot do by itself; main fills it in. All may be empty.
struct Hooks {
    // Fetches the starter model and leaves it, verified, at `file`. Called from the main thread; returns when done.
    std::function<Result<void>(const std::filesystem::path& file, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress)>
        fetchStarter;
    // To the desktop's trash, all of them or none.
    std::function<Result<void>(const std::vector<std::filesystem::path>& files)> moveToTrash;
    // Fetches a model and returns its files. Asks `stopped` now and then: if so, what has come stays for the next time, and the error is Cancelled.
    std::function<Result<std::vector<std::filesystem::path>>(const PullOrder& order, const std::function<void(const PullProgress&)>& progress,
                                                             const std::function<bool()>& stopped)>
        pull;
    // The header of a model that lies on a hub ("hf:USER/REPO:Q4_K_M", "ms:…", an address).
    std::function<Result<std::shared_ptr<const gguf::File>>(const std::string& source)> readRemoteHeader;
    // Serves a model until `stopped`, which is asked now and then; tells in lines what happens.
    std::function<Result<void>(const server::ServerOptions& options, const std::filesystem::path& model, const std::function<void(const std::string& line)>& tell,
                               const std::function<bool()>& stopped)>
        serve;
};

// argv as main() has it.
int run(int argc, char** argv, const Hooks& hooks);

// Whether `corral NAME` is the command line's business ("chat", "--help", …) and not the window's.
bool isCommand(std::string_view name);

} // namespace corral::cli
