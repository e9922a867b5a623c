#pragma once
// Puts a graph's layers on the processor and on graphics cards, as options ask for and as memory allows. Internal to the folder.
#include "core/backend/backend.h"
#include "core/base/thread_pool.h"
#include "core/generate/session.h"

namespace corral::generate {

struct PlacedGraph {
    std::unique_ptr<backend::Backend> backend; // prepared
    Placement placement;
};

// What goes wrong on cards (none there, full, no shader for this model) leads to fewer layers there, and a note unless kAuto asked and there is no card;
// errors are the processor's, or Cancelled. Vulkan is not looked for where nothing is to be computed by it.
Result<PlacedGraph> placeGraph(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity, const SessionOptions& options, ThreadPool& pool,
                               const LoadWatch& watch);

} // namespace corral::generate
