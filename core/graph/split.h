#pragma once
// A graph cut between layers, so that different backends can compute its parts. Values alive across a cut leave one part and enter a later one; what
// depends on positions only (rotation tables) is computed again in each part that needs it.
#include "core/graph/graph.h"

#include <cstddef>
#include <vector>

namespace corral::graph {

// The first node of each layer and, behind the last one, that of the output (last norm and vocabulary product). What stands before layer 0 looks tokens up
// and belongs to none.
std::vector<std::size_t> layerStarts(const Graph& graph);

struct Part {
    Graph graph; // its own layers only: they are numbered from 0
    std::vector<ValueId> inputs, outputs; // what graph.inputs and graph.outputs are called in the whole graph, whose own outputs are among them
};

// Nodes [begin, end) of it.
Part part(const Graph& graph, std::size_t begin, std::size_t end);

struct WeightBytes {
    std::uint64_t all = 0, largest = 0; // largest: of one tensor
};
// Of all weights these nodes read, each counted once.
WeightBytes weightBytes(const Graph& graph, std::size_t begin, std::size_t end);

} // namespace corral::graph
