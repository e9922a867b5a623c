#pragma once
// The one loop of BPE and SPM: the symbols of a piece, merged pair by pair, best pair first and of equals the leftmost.
// O(n log n) for n symbols however long the piece is: a heap of candidate pairs, outdated ones skipped when they come up.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace corral::text {

// Key: the smaller the better (a rank, a negated score).
template <class Key> class SymbolMerger {
public:
    struct Symbol {
        std::uint32_t begin = 0;
        std::uint32_t size = 0; // bytes; 0: was merged into a symbol before it
        std::int32_t id = -1;
        std::int32_t previous = -1, next = -1;
    };
    struct Merge {
        Key key;
        std::int32_t id; // of the pair put together
    };

    void clear() { m_symbols.clear(); }

    void append(std::int32_t id, std::uint32_t size)
    {
        const auto index = static_cast<std::int32_t>(m_symbols.size());
        const std::uint32_t begin = index ? m_symbols.back().begin + m_symbols.back().size : 0;
        if (index) m_symbols.back().next = index;
        m_symbols.push_back({begin, size, id, index - 1, -1});
    }

    // find(const Symbol& left, const Symbol& right, Merge& found) → bool
    template <class Find> void run(Find&& find)
    {
        m_heap.clear();
        for (std::size_t i = 1; i < m_symbols.size(); ++i) consider(static_cast<std::int32_t>(i) - 1, static_cast<std::int32_t>(i), find);
        std::ranges::make_heap(m_heap, worse);
        while (!m_heap.empty()) {
            std::ranges::pop_heap(m_heap, worse);
            const Candidate best = m_heap.back();
            m_heap.pop_back();
            Symbol& left = m_symbols[static_cast<std::size_t>(best.left)];
            Symbol& right = m_symbols[static_cast<std::size_t>(best.right)];
            // Outdated if either side has been merged away or has grown since.
            if (left.size == 0 || right.size == 0 || left.size + right.size != best.size) continue;
            left.size = best.size;
            left.id = best.id;
            left.next = right.next;
            right.size = 0;
            if (left.next >= 0) m_symbols[static_cast<std::size_t>(left.next)].previous = best.left;
            if (left.previous >= 0 && consider(left.previous, best.left, find)) std::ranges::push_heap(m_heap, worse);
            if (left.next >= 0 && consider(best.left, left.next, find)) std::ranges::push_heap(m_heap, worse);
        }
    }

    // What is left, in order.
    template <class Visit> void forEach(Visit&& visit) const
    {
        for (const Symbol& symbol : m_symbols)
            if (symbol.size) visit(symbol);
    }

private:
    struct Candidate {
        Key key;
        std::int32_t left, right;
        std::uint32_t size;
        std::int32_t id;
    };

    static bool worse(const Candidate& a, const Candidate& b) { return a.key != b.key ? a.key > b.key : a.left > b.left; }

    template <class Find> bool consider(std::int32_t left, std::int32_t right, Find& find)
    {
        const Symbol& l = m_symbols[static_cast<std::size_t>(left)];
        const Symbol& r = m_symbols[static_cast<std::size_t>(right)];
        Merge found;
        if (!find(l, r, found)) return false;
        m_heap.push_back({found.key, left, right, l.size + r.size, found.id});
        return true;
    }

    std::vector<Symbol> m_symbols;
    std::vector<Candidate> m_heap;
};

} // namespace corral::text
