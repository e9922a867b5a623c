#pragma once
// What a CPU backend allocates for a graph besides the values of graph::planMemory: the executor allocates by these functions, and an
// estimate asks them without allocating anything.
#include "core/backend/backend.h"

#include <vector>

namespace corral::cpu {

// Where a layer's keys and values lie in the cache of a sequence.
struct CachePlace {
    std::uint64_t keys = 0, values = 0; // byte offsets
    std::uint64_t bytes = 0;            // of both, padding included
};
struct CacheLayout {
    std::vector<CachePlace> layers;  // as in graph.cache
    std::uint64_t sequenceBytes = 0; // the caches of the sequences follow each other
    std::uint64_t bytes = 0;         // of all
};
// Every layer keeps every position, also those that look back through a window only.
// Unsupported if a block type of the cache does not divide the heads, OutOfMemory beyond what can be addressed.
Result<CacheLayout> planCache(const graph::Graph& graph, const backend::Capacity& capacity);

// Scratch of the kernels: the most that any node needs, at any number of tokens up to capacity.tokens.
std::uint64_t scratchBytes(const graph::Graph& graph, const backend::Capacity& capacity, int threads);

} // namespace corral::cpu
