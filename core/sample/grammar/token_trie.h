#pragma once
// The bytes of all tokens of a vocabulary as a trie in preorder, so that a set of tokens can be found by walking it once beside an automaton:
// the tokens below a node are a range, and a subtree is left out by going to its end.
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::sample {

struct Vocabulary;
using Token = std::int32_t;

class TokenTrie {
public:
    static constexpr std::size_t kMostTokenBytes = 4096; // longer tokens are left out

    struct Node {
        std::uint32_t end = 0;  // the first node behind this one's subtree
        std::uint32_t rank = 0; // tokens that come before it in the order of bytes; its own: [rank, rank of the next node)
        std::uint16_t depth = 0;
        unsigned char byte = 0; // on the edge that leads here
    };

    explicit TokenTrie(const Vocabulary& vocabulary);

    std::int32_t size() const { return static_cast<std::int32_t>(m_offsets.size()) - 1; } // tokens of the vocabulary
    std::string_view text(Token token) const;
    bool isEnd(Token token) const { return m_isEnd[static_cast<std::size_t>(token)]; } // of generation: not in the trie
    const std::vector<Token>& ends() const { return m_ends; }
    Token find(std::string_view text) const; // the token that is this text, or −1

    std::span<const Node> nodes() const { return m_nodes; } // root first; one more behind the last, of depth 0
    // Which groups of bytes (groupOf) are on edges below a node. Bytes of characters beyond ASCII are kCharacters where the node is between characters and
    // everything below is UTF-8 (which may break off), else kStrayBytes.
    std::uint64_t groupsBelow(std::size_t node) const { return m_groups[node]; }
    int heightOf(std::size_t node) const { return m_heights[node]; } // bytes to the deepest node below it
    std::span<const Token> tokensByRank() const { return m_byRank; }
    const std::vector<std::uint64_t>& all() const { return m_all; } // a bit for each token in the trie
    std::size_t words() const { return m_all.size(); }              // 64 tokens each

    // 0…63: bytes that grammars tell apart are in groups of their own.
    static int groupOf(unsigned char byte);
    static constexpr std::uint64_t kStrayBytes = 1, kCharacters = std::uint64_t{1} << 63;

private:
    std::string m_bytes;
    std::vector<std::uint32_t> m_offsets;
    std::vector<bool> m_isEnd;
    std::vector<Token> m_ends, m_byRank;
    std::vector<Node> m_nodes;
    std::vector<std::uint64_t> m_groups, m_all;
    std::vector<std::uint16_t> m_heights;
};

// Made when it is first asked for, whichever thread that is: some 100 ms for 150,000 tokens.
class LazyTokenTrie {
public:
    std::shared_ptr<const TokenTrie> of(const Vocabulary& vocabulary)
    {
        std::call_once(m_once, [&] { m_trie = std::make_shared<const TokenTrie>(vocabulary); });
        return m_trie;
    }

private:
    std::once_flag m_once;
    std::shared_ptr<const TokenTrie> m_trie;
};

} // namespace corral::sample
