#include "app/models/free_memory.h"

#include <fstream>
#include <string>

namespace corral::app {

std::uint64_t freeMemory()
{
    std::ifstream meminfo("/proc/meminfo"); // Linux; elsewhere the stream is empty
    for (std::string key; meminfo >> key;) {
        std::uint64_t kib = 0;
        if (key == "MemAvailable:" && meminfo >> kib) return kib * 1024;
        meminfo.ignore(256, '\n');
    }
    return 0;
}

} // namespace corral::app
