#pragma once
// Aiming for a size: the types, one for each tensor, that lose least within a number of bytes. The loss of a tensor in a type is measured
// (importance-weighted squared error relative to the tensor's output scale), and the choice goes along the steepest descent of loss per byte.
#include "core/quantize/plan.h"
#include "core/quantize/tensor_stats.h"

namespace corral::quantize {

struct SizeGoal {
    std::uint64_t bytes = 0;    // of the whole file, or
    double bitsPerWeight = 0;   // of the model
};

// Fills PlanOptions::exactTypes. InvalidArgument with the reachable range when the goal lies outside of it.
Result<Plan> planForSize(const Source& source, const SizeGoal& goal, PlanOptions options, int threads, Job& job, const ProgressFn& progress = {});

} // namespace corral::quantize
