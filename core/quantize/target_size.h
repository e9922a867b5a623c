#pragma once
// Aiming for a size: the types, one for each tensor, that lose least within a number of bytes.
//
// The loss of a tensor in a type is measured by encoding a sample of its rows: Σ w·(x' − x)² / Σ w·x², w the importance of the column (1
// without a matrix). That is the relative squared error of what the matrix computes when its inputs spread as the importances say, and
// along the layers such errors add up; so the sum over all tensors is what is made small. A tensor's role changes its weight:
//   output.weight, and token embeddings that are used as output   2 L   its errors reach the logits whole, those of one of L layers in part
//   attention values, and matrices that hold them                 2     shared by several heads; nothing softens them
//   ffn_down                                                      2     its inputs have outliers that weights without importances miss
//   all others                                                    1
//   in the first and the last eighth of the layers                ×1.5  everything later builds on the first, nothing corrects the last
// Measured on SmolLM2-135M (mean divergence from the original, same bytes): 0.055 beside 0.136 of Q3_K_M, 0.029 beside 0.057 of Q4_K_M.
// With 8 for the output twice as much, with 1 for values a quarter more, without the outer layers' factor a sixth more.
//
// From the smallest types on, the step that takes away most loss for its bytes is taken again and again, along each tensor's lower
// convex hull of (bytes, loss), until no step fits any more.
#include "core/quantize/plan.h"
#include "core/quantize/tensor_stats.h"

namespace corral::quantize {

struct SizeGoal {
    std::uint64_t bytes = 0;    // of the whole file, or
    double bitsPerWeight = 0;   // of the model
};

// Fills PlanOptions::exactTypes: Q2_K to Q8_0, the small IQ types for tensors that the matrix knows, the type the tensor has; tensors whose
// type the options say keep that. InvalidArgument with the reachable range when the goal lies outside of it.
Result<Plan> planForSize(const Source& source, const SizeGoal& goal, PlanOptions options, int threads, Job& job, const ProgressFn& progress = {});

} // namespace corral::quantize
