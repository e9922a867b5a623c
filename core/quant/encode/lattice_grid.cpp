#include "core/quant/encode/lattice_grid.h"

#include "core/quant/codebook.h"

#include <algorithm>
#include <cstddef>

namespace corral::quant {
namespace {

// The level codes of a codebook whose bytes are shifted by `offset` and then divided by `step`, rounded down: 0, 1, 2 …
template <class Word, std::size_t count> LatticeGrid make(const std::array<Word, count>& codebook, int offset, int step)
{
    constexpr int width = sizeof(Word);
    constexpr int bits = width == 8 ? 2 : 3;
    std::array<std::uint16_t, count> codes{};
    for (std::size_t p = 0; p < count; ++p) {
        for (int j = 0; j < width; ++j) {
            const int value = static_cast<std::int8_t>(codebook[p] >> (8 * j) & 255);
            codes[p] = static_cast<std::uint16_t>(codes[p] | (value + offset) / step << (bits * j));
        }
    }
    return LatticeGrid(width == 8 ? kTernaryShape : kOctalShape, codes);
}

} // namespace

LatticeGrid::LatticeGrid(LatticeShape shape, std::span<const std::uint16_t> levels)
{
    const int halfBits = 2 * shape.partBits(), halfMask = (1 << halfBits) - 1;
    std::vector<std::uint8_t> numberOf(static_cast<std::size_t>(halfMask) + 1);
    for (int value = 0; value < shape.halfValues(); ++value)
        numberOf[static_cast<std::size_t>(shape.halfCode(value))] = static_cast<std::uint8_t>(value);
    m_index.resize(std::size_t{1} << (2 * halfBits));
    std::vector<std::pair<std::uint8_t, std::uint8_t>> points; // low half, high half
    for (std::size_t p = 0; p < levels.size(); ++p) {
        m_index[levels[p]] = static_cast<std::uint16_t>(p);
        points.emplace_back(numberOf[static_cast<std::size_t>(levels[p] & halfMask)], numberOf[static_cast<std::size_t>(levels[p] >> halfBits)]);
    }
    std::ranges::sort(points);
    for (const auto& [low, high] : points) {
        if (m_highs.empty() || m_runs.back().lowCode != shape.halfCode(low)) {
            m_runs.push_back({.part0 = static_cast<std::uint8_t>(low % shape.partValues()),
                              .part1 = static_cast<std::uint8_t>(low / shape.partValues()),
                              .lowCode = static_cast<std::uint16_t>(shape.halfCode(low)),
                              .first = static_cast<std::uint16_t>(m_highs.size()),
                              .count = 0});
        }
        m_highs.push_back(high);
        ++m_runs.back().count;
    }
}

// 8, 25, 43
const LatticeGrid& latticeIq2xxs()
{
    static const LatticeGrid grid = make(kGridIq2xxs, -8, 17);
    return grid;
}
const LatticeGrid& latticeIq2xs()
{
    static const LatticeGrid grid = make(kGridIq2xs, -8, 17);
    return grid;
}
const LatticeGrid& latticeIq2s()
{
    static const LatticeGrid grid = make(kGridIq2s, -8, 17);
    return grid;
}
// 4, 12, 20, 28, 36, 44, 52, 62
const LatticeGrid& latticeIq3xxs()
{
    static const LatticeGrid grid = make(kGridIq3xxs, 0, 8);
    return grid;
}
// 1, 3, 5 … 15
const LatticeGrid& latticeIq3s()
{
    static const LatticeGrid grid = make(kGridIq3s, 0, 2);
    return grid;
}
// −1, 0, 1
const LatticeGrid& latticeIq1()
{
    static const LatticeGrid grid = make(kGridIq1, 1, 1);
    return grid;
}

} // namespace corral::quant
