#pragma once
// A number of bytes that can be opened: how it came about and what was taken for granted.
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace corral::memory {

struct Quantity {
    std::string id;   // for programs and translations: "weights.attention"
    std::string name; // for people
    std::uint64_t bytes = 0;
    std::string formula; // with its numbers: "32 layers × (1024 + 1024) values × 8192 positions × 2 bytes"
    std::vector<std::string> assumptions = {};
    bool estimated = false; // a formula's guess, not what will be allocated to the byte
};

std::uint64_t sum(std::span<const Quantity> quantities);

// Arithmetic of sizes that come from users and strangers' files: the largest number stands for everything beyond.
std::uint64_t product(std::initializer_list<std::uint64_t> factors);
std::uint64_t sum(std::initializer_list<std::uint64_t> terms);
std::uint64_t roundedBytes(double bytes); // 0 for what is no size

} // namespace corral::memory
