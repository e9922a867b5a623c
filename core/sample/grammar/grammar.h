#pragma once
// A GBNF grammar as a pushdown automaton over bytes. Code points are spelled in UTF-8 when it is built, so that a token that ends inside a
// character needs no special care: the automaton is then simply inside that character.
//
//   auto grammar = Grammar::parse("root ::= \"yes\" | \"no\"");
//   params.grammar.rules = *grammar;
#include "core/base/error.h"
#include "core/sample/grammar/gbnf.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::sample {

class TokenTrie;

class Grammar {
public:
    static constexpr std::size_t kMostNodes = 1 << 18; // with all repetitions written out; and as many edges four times over

    enum class Kind : std::uint8_t {
        Return, // the rule has ended
        Bytes,  // a byte along one of edges [first, first + count)
        Token,  // the token `first`, or (negated) any but it; then `next`
        Call,   // the rule `first`; then `next`
        Split,  // any of options [first, first + count), without reading
    };
    struct Node {
        Kind kind = Kind::Return;
        bool negated = false;
        std::uint32_t first = 0, count = 0, next = 0;
    };
    struct Edge {
        unsigned char low = 0, high = 0;
        std::uint32_t next = 0;
    };

    // Errors are InvalidArgument with line and column: syntax, rules that are not defined, left recursion, a size beyond the bounds. Token elements
    // spelled as text need the vocabulary's trie.
    static Result<std::shared_ptr<const Grammar>> parse(std::string_view gbnf, const TokenTrie* tokens = nullptr);

    const Node& node(std::uint32_t index) const { return m_nodes[index]; }
    std::span<const Edge> edges(const Node& node) const { return std::span(m_edges).subspan(node.first, node.count); }
    std::span<const std::uint32_t> options(const Node& node) const { return std::span(m_options).subspan(node.first, node.count); }
    std::uint32_t start(std::uint32_t rule) const { return m_starts[rule]; }
    std::uint32_t root() const { return m_starts[m_root]; }
    std::size_t nodeCount() const { return m_nodes.size(); }

private:
    friend class GrammarBuilder;
    Grammar() = default;

    std::vector<Node> m_nodes;
    std::vector<Edge> m_edges;
    std::vector<std::uint32_t> m_options;
    std::vector<std::uint32_t> m_starts; // of the rules
    std::uint32_t m_root = 0;
};

} // namespace corral::sample
