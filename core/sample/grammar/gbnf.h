#pragma once
// The text of a GBNF grammar as a tree (facts/sampling-and-chat.md § 3). Grammars come from clients: size, depth and repetitions are bounded.
#include "core/base/error.h"
#include "core/sample/grammar/byte_sequences.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::sample {

using Token = std::int32_t;

struct Gbnf {
    static constexpr std::size_t kMostBytes = 1 << 20;       // of text
    static constexpr std::uint32_t kMostRepetitions = 2000;  // an upper bound above it is none
    static constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;
    static constexpr int kMostDepth = 200;                   // of parentheses

    enum class Kind : std::uint8_t { Literal, Class, Reference, Sequence, Alternatives, Repetition, Token };
    // Where its parts are: Literal in codePoints, Class in ranges (normalized), Sequence and Alternatives in children, each at [first, first + count);
    // Reference: first is the rule; Repetition: first is the repeated node; Token: first is the id.
    struct Node {
        Kind kind = Kind::Sequence;
        bool negated = false; // Token: any but it
        std::uint32_t first = 0, count = 0;
        std::uint32_t least = 0, most = 0; // Repetition
    };
    struct Rule {
        std::string name;
        std::int64_t body = -1;
        std::size_t offset = 0; // in the text, of the name where it was met first
    };

    std::vector<Node> nodes;
    std::vector<Rule> rules;
    std::vector<std::uint32_t> children;
    std::vector<char32_t> codePoints;
    std::vector<CodeRange> ranges;
    std::uint32_t root = 0; // the rule

    // The token that a text is, or −1.
    using TokenOf = std::function<Token(std::string_view text)>;
    // Every rule that is named is defined, and there is a `root`. Errors are InvalidArgument with line and column.
    static Result<Gbnf> parse(std::string_view text, const TokenOf& tokenOf);
};

// "line 3, column 7" of a place in a text.
std::string placeIn(std::string_view text, std::size_t offset);

} // namespace corral::sample
