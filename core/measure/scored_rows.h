#pragma once
// Which positions of a chunk of n tokens are scored, as llama-perplexity counts: the logits of n / 2 … n − 2, each by the token after it;
// and how they are cut into pieces so that the logits take some 64 MiB, whatever the vocabulary's size.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace corral::measure {

class ScoredRows {
public:
    ScoredRows(int length, int vocabulary)
        : m_first(static_cast<std::size_t>(length) / 2), m_end(static_cast<std::size_t>(length) - 1),
          m_most(std::max<std::size_t>(kFewest, kMostLogits / static_cast<std::size_t>(vocabulary)))
    {
    }

    std::size_t first() const { return m_first; } // so many tokens come before them
    // [begin, end) of each piece, of about equal sizes.
    std::vector<std::pair<std::size_t, std::size_t>> pieces() const { return cut(m_first, m_end); }
    std::vector<std::pair<std::size_t, std::size_t>> cut(std::size_t begin, std::size_t end) const
    {
        const std::size_t rows = end - begin, count = (rows + m_most - 1) / m_most;
        std::vector<std::pair<std::size_t, std::size_t>> pieces;
        for (std::size_t i = 0; i < count; ++i) pieces.emplace_back(begin + rows * i / count, begin + rows * (i + 1) / count);
        return pieces;
    }

private:
    static constexpr std::size_t kMostLogits = std::size_t(16) << 20, kFewest = 16;
    std::size_t m_first, m_end, m_most;
};

} // namespace corral::measure
