#pragma once
// A byte trie: which of a set of texts does this text begin with? Flat arrays, children of a node in a row and sorted by byte.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::text {

class PrefixTrie {
public:
    static constexpr std::size_t kMostBytes = 8u << 20; // of texts: each byte may cost some 40 while the trie is made

    PrefixTrie() = default;
    // Texts need not be sorted; empty ones are left out, of equal ones the first counts.
    explicit PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>> entries);

    // Calls visit(number, length) for every entry that `text` begins with, shortest first.
    template <class Visit> void forEachPrefix(std::string_view text, Visit&& visit) const
    {
        std::size_t node = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            node = child(node, static_cast<unsigned char>(text[i]));
            if (node == 0) return;
            if (m_nodes[node].number >= 0) visit(m_nodes[node].number, i + 1);
        }
    }

private:
    struct Node {
        std::uint32_t firstChild = 0;
        std::uint16_t children = 0;
        unsigned char byte = 0; // on the edge that leads here
        std::int32_t number = -1;
    };

    // The child of `node` along `byte`; 0 (the root, nobody's child) if there is none.
    std::size_t child(std::size_t node, unsigned char byte) const
    {
        if (node == 0) return m_rootChild[byte];
        std::size_t low = m_nodes[node].firstChild, high = low + m_nodes[node].children;
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (m_nodes[middle].byte == byte) return middle;
            if (m_nodes[middle].byte < byte) low = middle + 1;
            else high = middle;
        }
        return 0;
    }

    std::vector<Node> m_nodes;
    std::uint32_t m_rootChild[256] = {};
};

} // namespace corral::text
