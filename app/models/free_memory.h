#pragma once
#include <cstdint>

namespace corral::app {

// Bytes of main memory that programs can still take without swapping; 0 where the system does not say.
std::uint64_t freeMemory();

} // namespace corral::app
