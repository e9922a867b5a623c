#include "core/memory/quantity.h"

#include <cmath>
#include <limits>

namespace corral::memory {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

} // namespace

std::string Words::text() const
{
    std::string result;
    std::string_view rest = pattern;
    for (const Value& value : values) {
        const auto gap = rest.find("{}");
        result += rest.substr(0, gap);
        if (const auto* number = std::get_if<std::uint64_t>(&value)) result += std::to_string(*number);
        else result += std::get<std::string>(value);
        rest.remove_prefix(gap + 2);
    }
    return result += rest;
}

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
