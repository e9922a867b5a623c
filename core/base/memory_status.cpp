#include "core/base/memory_status.h"

#include <fstream>
#include <limits>
#include <string>
#include <string_view>

namespace corral {

namespace {

// "KEY:   N kB" in a file of /proc; elsewhere than on Linux there is none.
std::uint64_t kibibytes(const char* path, std::string_view wanted)
{
    std::ifstream in(path);
    for (std::string key; in >> key;) {
        std::uint64_t kib = 0;
        if (key == wanted && in >> kib) return kib * 1024;
        in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return 0;
}

} // namespace

MemoryStatus memoryStatus()
{
    return {.total = kibibytes("/proc/meminfo", "MemTotal:"),
            .available = kibibytes("/proc/meminfo", "MemAvailable:"),
            .resident = kibibytes("/proc/self/status", "VmRSS:")};
}

} // namespace corral
