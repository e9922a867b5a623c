#pragma once
// Whole numbers between two bounds as an expression of GBNF over their digits.
#include <cstdint>
#include <string>

namespace corral::text {

inline constexpr std::int64_t kMostDigits = 9'999'999'999'999'999; // 16 of them, as many as a double holds

// low <= high, both within ±kMostDigits. No leading zeros, no "-0".
std::string grammarOfRange(std::int64_t low, std::int64_t high);

} // namespace corral::text
