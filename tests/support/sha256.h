#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace corral::test {

// FIPS 180-4, as 64 hexadecimal digits.
std::string sha256(std::span<const std::byte> bytes);

} // namespace corral::test
