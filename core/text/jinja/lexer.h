#pragma once
// Template source → tokens. Whitespace control (`-`, `+`, trim_blocks, lstrip_blocks), comments and {% raw %} are settled here, so that
// what reaches the parser as Data is exactly what is printed.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text::jinja {

struct Token {
    enum class Kind : std::uint8_t { Data, OutputBegin, OutputEnd, BlockBegin, BlockEnd, Name, String, Integer, Float, Operator, End };
    Kind kind;
    std::uint32_t line;
    std::string text; // Data, String: the text itself; Name, Integer, Float, Operator: as written
};

// `source` with its line ends made \n and one final line end removed, as Jinja does before anything else.
std::string normalized(std::string_view source);
std::vector<Token> tokenize(std::string_view normalizedSource); // throws Fault

} // namespace corral::text::jinja
