#pragma once
// modelBytes() of a graph that is there already. Internal to the folder.
#include "core/backend/backend.h"
#include "core/generate/placement.h"

namespace corral::generate {

Result<ModelBytes> modelBytes(const graph::Graph& graph, const backend::Capacity& capacity);

} // namespace corral::generate
