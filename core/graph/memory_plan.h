#pragma once
// Where every value of a graph lies in one block of scratch memory. A value occupies it from the node that makes it to the last one
// that reads it or a view of it; values whose lives do not meet share bytes. Element-wise results take over the memory of an input
// that dies there.
#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace corral::graph {

struct MemoryPlan {
    static constexpr std::uint64_t kExternal = ~std::uint64_t(0); // the logits: in the caller's memory
    std::vector<std::uint64_t> offsets; // by value: of its first element (views: of the owner's row start plus the column), 64-byte aligned owners
    std::vector<std::int64_t> strides;  // by value: floats from one row to the next
    std::uint64_t bytes = 0;
};

// tokens: most rows a run brings.
MemoryPlan planMemory(const Graph& graph, std::int64_t tokens);

} // namespace corral::graph
