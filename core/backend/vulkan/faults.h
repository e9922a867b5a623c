#pragma once
#include <cstdint>

namespace corral::vulkan {

// What a card shall seem to lack: for tests.
struct Faults {
    std::uint64_t free = ~std::uint64_t(0);   // bytes it says it has, at most
    std::uint64_t memory = ~std::uint64_t(0); // bytes it gives before it is full
    int submissions = -1;                     // answered before it is lost; −1: all
};

} // namespace corral::vulkan
