#pragma once
// Both ends of a model: the embedding table, and the output norm with the output matrix (or the table again, if tied).
#include "core/model/blocks/linear.h"

namespace corral::model {

struct EndWeights {
    const tensor::Weight* embedding = nullptr; // token_embd [D, V]
    std::span<const float> norm;               // output_norm [D]
    graph::Product output;                     // [D, V]
};
// alwaysTied: the file has no output matrix of its own. Otherwise it may.
EndWeights loadEnds(Loader& loader, bool alwaysTied = false);

// The residual stream [D] → logits [V] of the wanted rows. softCap 0: none; logitScale multiplies before it.
graph::Graph finishGraph(graph::Builder&& g, const Config& config, const EndWeights& ends, graph::ValueId x, float softCap = 0, float logitScale = 1);

} // namespace corral::model
