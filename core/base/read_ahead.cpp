#include "core/base/read_ahead.h"

#ifdef __linux__
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 // Linux 5.14
#endif
#endif

namespace corral {

#ifdef __linux__

void readAhead(std::span<const std::byte> mapped, const std::stop_token& stop)
{
    constexpr std::uintptr_t kPiece = 16u << 20; // a disk's tenth of a second: how long stopping may take
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(mapped.data()) + mapped.size();
    for (std::uintptr_t at = reinterpret_cast<std::uintptr_t>(mapped.data()) / page * page; at < end && !stop.stop_requested(); at += kPiece) {
        const std::uintptr_t length = std::min(kPiece, end - at);
        while (madvise(reinterpret_cast<void*>(at), length, MADV_POPULATE_READ) != 0) {
            if (errno == EINTR || errno == EAGAIN) continue;
            return; // an older system, or pages that are no longer in the file: whoever uses them will see
        }
    }
}

#else

void readAhead(std::span<const std::byte>, const std::stop_token&) {}

#endif

} // namespace corral
