#include "core/memory/quantity.h"

#include <cmath>
#include <limits>

namespace corral::memory {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

} // namespace

std::uint64_t sum(std::span<const Quantity> quantities)
{
    std::uint64_t total = 0;
    for (const Quantity& quantity : quantities) total = sum({total, quantity.bytes});
    return total;
}

std::uint64_t product(std::initializer_list<std::uint64_t> factors)
{
    std::uint64_t result = 1;
    bool beyond = false;
    for (const std::uint64_t factor : factors) {
        if (factor == 0) return 0;
        beyond = beyond || result > kMost / factor;
        if (!beyond) result *= factor;
    }
    return beyond ? kMost : result;
}

std::uint64_t sum(std::initializer_list<std::uint64_t> terms)
{
    std::uint64_t result = 0;
    for (const std::uint64_t term : terms) result = term > kMost - result ? kMost : result + term;
    return result;
}

std::uint64_t roundedBytes(double bytes)
{
    if (!(bytes > 0)) return 0;
    return bytes >= 0x1p64 ? kMost : static_cast<std::uint64_t>(std::round(bytes));
}

} // namespace corral::memory
