#pragma once
#include <cstdint>
#include <functional>

namespace corral::vulkan {

// What tests change about a card: what it shall seem to lack, and who watches.
struct Testing {
    std::uint64_t free = ~std::uint64_t(0);   // bytes it says it has, at most
    std::uint64_t memory = ~std::uint64_t(0); // bytes it gives before it is full
    std::uint64_t largest = ~std::uint64_t(0); // bytes it gives in one piece, at most
    std::function<bool()> answers = {};        // asked before each submission; false: it is lost
    std::function<void(const char* message)> validation = {}; // given: the Khronos layer watches, and what it says comes here
};

} // namespace corral::vulkan
