#include "app/shelf/environment.h"

#include <cstdlib>

namespace corral::shelf {

Environment Environment::ofProcess()
{
    Environment environment;
    environment.value = [](const char* name) -> std::string {
        const char* value = std::getenv(name);
        return value ? value : "";
    };
    environment.home = environment.path("HOME");
    if (environment.home.empty()) environment.home = environment.path("USERPROFILE");
    return environment;
}

std::filesystem::path Environment::path(const char* name) const
{
    const std::filesystem::path path = value(name);
    return path.is_absolute() ? path : std::filesystem::path();
}

std::filesystem::path Environment::dataHome() const
{
    const auto set = path("XDG_DATA_HOME");
    return set.empty() ? home / ".local/share" : set;
}

std::filesystem::path Environment::cacheHome() const
{
    const auto set = path("XDG_CACHE_HOME");
    return set.empty() ? home / ".cache" : set;
}

std::filesystem::path Environment::configHome() const
{
    const auto set = path("XDG_CONFIG_HOME");
    return set.empty() ? home / ".config" : set;
}

} // namespace corral::shelf
