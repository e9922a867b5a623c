#pragma once
// Which memory the work since the last barrier reads and writes: only what meets that has to wait for it. Internal to the folder.
#include <cstdint>
#include <vector>

namespace corral::vulkan {

struct Range {
    std::uint64_t begin = 0, end = 0; // addresses
};

struct Touched {
    std::vector<Range> reads, writes;
    void clear();
    void add(const Touched& more);
    // Whether `next` must wait: it reads what is written, or writes what is read or written.
    bool meets(const Touched& next) const;
};

} // namespace corral::vulkan
