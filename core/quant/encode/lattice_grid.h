#pragma once
// A grid of the lattice types (codebook.h) made ready for the exhaustive search of lattice_search.h.
//
// A point has 8 coordinates of 3 levels or 4 of 8 levels. It is cut into four parts: two coordinates of 3 levels each (9 values) or
// one of 8 levels (8 values). Parts 0 and 1 are the low half, 2 and 3 the high half; a half is numbered part + values · next part.
// The level code of a point packs its levels, coordinate 0 lowest: 2 bits each (3 levels) or 3 bits each (8 levels).
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace corral::quant {

struct LatticeShape {
    int width;  // coordinates of a point
    int levels; // of a coordinate
    constexpr int partValues() const { return width == 8 ? levels * levels : levels; }
    constexpr int partBits() const { return width == 8 ? 4 : 3; }
    constexpr int halfValues() const { return partValues() * partValues(); }
    constexpr int partCode(int value) const { return width == 8 ? value % levels | value / levels << 2 : value; }
    constexpr int halfCode(int value) const { return partCode(value % partValues()) | partCode(value / partValues()) << partBits(); }
};

inline constexpr LatticeShape kTernaryShape{8, 3}, kOctalShape{4, 8};

class LatticeGrid {
public:
    // Points with the same low half.
    struct Run {
        std::uint8_t part0, part1;
        std::uint16_t lowCode;
        std::uint16_t first, count; // of highs()
    };
    // levels: the level code of every point, in the order of the codebook.
    LatticeGrid(LatticeShape shape, std::span<const std::uint16_t> levels);

    std::span<const Run> runs() const { return m_runs; }
    const std::uint8_t* highs() const { return m_highs.data(); } // numbers of high halves
    unsigned indexOf(unsigned levelCode) const { return m_index[levelCode]; } // of a point of the grid

private:
    std::vector<Run> m_runs;
    std::vector<std::uint8_t> m_highs;
    std::vector<std::uint16_t> m_index;
};

// Made when first asked for, in well under a millisecond.
const LatticeGrid& latticeIq2xxs();
const LatticeGrid& latticeIq2xs();
const LatticeGrid& latticeIq2s();
const LatticeGrid& latticeIq3xxs();
const LatticeGrid& latticeIq3s();
const LatticeGrid& latticeIq1();

} // namespace corral::quant
