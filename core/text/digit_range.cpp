#include "core/text/digit_range.h"

#include <algorithm>
#include <format>
#include <string_view>

namespace corral::text {

namespace {

std::string anyDigits(std::size_t count) { return count == 0 ? "" : std::format(" [0-9]{{{}}}", count); }

std::string digits(char from, char to) { return from == to ? std::format("\"{}\"", from) : std::format("[{}-{}]", from, to); }

// Numbers of as many digits as `bound`, at least or at most it: "" for no digits.
std::string bounded(std::string_view bound, bool atLeast)
{
    const char free = atLeast ? '0' : '9';
    if (std::ranges::all_of(bound, [free](char d) { return d == free; })) return anyDigits(bound.size());
    const char d = bound.front();
    std::string out = std::format(" ({}{}", digits(d, d), bounded(bound.substr(1), atLeast));
    if (atLeast && d < '9') out += std::format(" | {}{}", digits(static_cast<char>(d + 1), '9'), anyDigits(bound.size() - 1));
    if (!atLeast && d > '0') out += std::format(" | {}{}", digits('0', static_cast<char>(d - 1)), anyDigits(bound.size() - 1));
    return out + ")";
}

// Both of one length.
std::string sameLength(std::string_view low, std::string_view high)
{
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(low, high).in1 - low.begin());
    std::string out = common > 0 ? std::format("\"{}\"", low.substr(0, common)) : "";
    if (common == low.size()) return out;
    const std::string_view lowRest = low.substr(common + 1), highRest = high.substr(common + 1);
    const char from = low[common], to = high[common];
    out += std::format(" ({}{}", digits(from, from), bounded(lowRest, true));
    if (from + 1 < to) out += std::format(" | {}{}", digits(static_cast<char>(from + 1), static_cast<char>(to - 1)), anyDigits(lowRest.size()));
    return out + std::format(" | {}{})", digits(to, to), bounded(highRest, false));
}

// 0 <= low <= high
std::string magnitudes(std::int64_t low, std::int64_t high)
{
    const std::string first = std::to_string(low), last = std::to_string(high);
    if (first.size() == last.size()) return sameLength(first, last);
    std::string out = sameLength(first, std::string(first.size(), '9'));
    for (std::size_t length = first.size() + 1; length < last.size(); ++length) out += " | [1-9]" + anyDigits(length - 1);
    return out + " | " + sameLength("1" + std::string(last.size() - 1, '0'), last);
}

} // namespace

std::string grammarOfRange(std::int64_t low, std::int64_t high)
{
    std::string out = "(";
    if (low < 0) out += std::format("\"-\" ({})", magnitudes(std::max<std::int64_t>(1, -high), -low));
    if (low < 0 && high >= 0) out += " | ";
    if (high >= 0) out += magnitudes(std::max<std::int64_t>(0, low), high);
    return out + ")";
}

} // namespace corral::text
