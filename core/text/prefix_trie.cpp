#include "core/text/prefix_trie.h"

#include <algorithm>

namespace corral::text {

PrefixTrie::PrefixTrie(std::vector<std::pair<std::string_view, std::int32_t>> entries)
{
    std::ranges::stable_sort(entries, {}, &std::pair<std::string_view, std::int32_t>::first);
    struct Range {
        std::size_t begin, end, depth;
    }; // the entries below a node; they agree in their first `depth` bytes
    std::vector<Range> ranges{{0, entries.size(), 0}};
    m_nodes.emplace_back();
    for (std::size_t node = 0; node < m_nodes.size(); ++node) { // breadth first: children come to lie side by side
        auto [at, end, depth] = ranges[node];
        while (at < end && entries[at].first.size() == depth) { // sorted: a text comes before those it is a prefix of
            if (depth > 0 && m_nodes[node].number < 0) m_nodes[node].number = entries[at].second;
            ++at;
        }
        m_nodes[node].firstChild = static_cast<std::uint32_t>(m_nodes.size());
        while (at < end) {
            const char byte = entries[at].first[depth];
            std::size_t next = at;
            while (next < end && entries[next].first[depth] == byte) ++next;
            if (node == 0) m_rootChild[static_cast<unsigned char>(byte)] = static_cast<std::uint32_t>(m_nodes.size());
            m_nodes[node].children++;
            m_nodes.push_back({.byte = static_cast<unsigned char>(byte)});
            ranges.push_back({at, next, depth + 1});
            at = next;
        }
    }
}

} // namespace corral::text
