#pragma once
// The model that comes with Corral: resources/starter.json, embedded when the program is built.
#include "app/cli/cli.h"

#include <string>

namespace corral::cli {

struct Starter {
    std::string name;
    std::filesystem::path file; // where it is or will be: $XDG_DATA_HOME/corral/models
    std::uint64_t size = 0;
    std::string system;             // the system prompt that serves it
    float temp = 0, topP = 1;       // and its sampling
    int topK = 0;

    static Starter load();
    bool isThere() const;
    // Its file, fetched by the hook if need be with progress on stderr.
    Result<std::filesystem::path> ensure(const Hooks& hooks) const;
};

} // namespace corral::cli
