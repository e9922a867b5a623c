#pragma once
// The variables and the home folder that say where programs keep their files; a test brings its own.
#include <filesystem>
#include <functional>
#include <string>

namespace corral::shelf {

struct Environment {
    std::filesystem::path home;                         // empty: unknown
    std::function<std::string(const char* name)> value; // "" where not set

    static Environment ofProcess();

    std::filesystem::path path(const char* name) const; // of a variable that holds an absolute one; else empty
    std::filesystem::path dataHome() const;             // $XDG_DATA_HOME, ~/.local/share
    std::filesystem::path cacheHome() const;            // $XDG_CACHE_HOME, ~/.cache
    std::filesystem::path configHome() const;           // $XDG_CONFIG_HOME, ~/.config
};

} // namespace corral::shelf
