#include "app/models/free_memory.h"

#include "core/base/memory_status.h"

namespace corral::app {

std::uint64_t freeMemory() { return memoryStatus().available; }

} // namespace corral::app
