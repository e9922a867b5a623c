#pragma once
// A number of bytes that can be opened: how it came about and what was taken for granted.
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace corral::memory {

// A sentence with gaps and what goes into them: say("{} positions × {} bytes", 4096, 64). A window knows the pattern in other languages.
template <std::size_t Gaps> struct Pattern {
    std::string_view text;
    template <std::size_t N> consteval Pattern(const char (&literal)[N]) : text(literal, N - 1)
    {
        std::size_t gaps = 0;
        for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++gaps;
        if (gaps != Gaps) throw "as many values as gaps";
    }
};
struct Words {
    using Value = std::variant<std::uint64_t, std::string>;
    std::string_view pattern = {}; // lives as long as the program
    std::vector<Value> values = {};
    bool empty() const { return pattern.empty(); }
    std::string text() const;
};
template <class T> Words::Value valueOf(const T& value)
{
    if constexpr (std::integral<T>) return static_cast<std::uint64_t>(value);
    else return std::string(value);
}
template <class... T> Words say(std::type_identity_t<Pattern<sizeof...(T)>> pattern, const T&... values)
{
    return {.pattern = pattern.text, .values = {valueOf(values)...}};
}

struct Quantity {
    std::string id;   // for programs and translations: "weights.attention"
    std::string name; // for people
    std::uint64_t bytes = 0;
    Words formula; // with its numbers: "32 layers × (1024 + 1024) values × 8192 positions × 2 bytes"
    std::vector<Words> assumptions = {};
    bool estimated = false; // a formula's guess, not what will be allocated to the byte
};

std::uint64_t sum(std::span<const Quantity> quantities);

// Arithmetic of sizes that come from users and strangers' files: the largest number stands for everything beyond.
std::uint64_t product(std::initializer_list<std::uint64_t> factors);
std::uint64_t sum(std::initializer_list<std::uint64_t> terms);
std::uint64_t roundedBytes(double bytes); // 0 for what is no size

} // namespace corral::memory
