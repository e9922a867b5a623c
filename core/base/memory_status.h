#pragma once
#include <cstdint>

namespace corral {

// Bytes of main memory; 0 where the system does not say.
struct MemoryStatus {
    std::uint64_t total = 0;     // of the machine
    std::uint64_t available = 0; // what programs can still take without swapping
    std::uint64_t resident = 0;  // of this process, mapped files included
};
MemoryStatus memoryStatus();

} // namespace corral
