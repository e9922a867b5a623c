#pragma once
// Which of its possible types each of many things takes so that all together fit into a budget and lose least.
#include <cstdint>
#include <vector>

namespace corral::quantize {

struct Possibility {
    std::uint32_t type = 0;
    std::uint64_t bytes = 0;
    double loss = 0;
};

// One list of possibilities for each thing, none empty. The chosen one of each, as an index into its list; their bytes are at most
// `budget`, which the smallest of each must fit into.
std::vector<std::size_t> chooseTypes(const std::vector<std::vector<Possibility>>& things, std::uint64_t budget);

} // namespace corral::quantize
