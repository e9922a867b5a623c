#include "core/model/blocks/head.h"

namespace corral::model {

EndWeights loadEnds(Loader& loader, bool alwaysTied)
{
    const std::int64_t d = loader.config.embedding, v = loader.config.vocabulary;
    EndWeights ends{.embedding = loader.weights.matrix("token_embd.weight", {d, v}), .norm = loader.weights.vector("output_norm.weight", d)};
    if (!alwaysTied && loader.weights.has("output.weight")) ends.output = loadLinear(loader.weights, "output", d, v);
    else ends.output = {.weight = ends.embedding, .bias = loader.weights.optionalVector("output.bias", v)};
    return ends;
}

graph::Graph finishGraph(graph::Builder&& g, const Config& config, const EndWeights& ends, graph::ValueId x, float softCap, float logitScale)
{
    graph::ValueId logits = g.matmul(g.rmsNorm(g.selectOutputs(x), ends.norm, config.normEps), ends.output);
    if (logitScale != 1) logits = g.scale(logits, logitScale);
    if (softCap != 0) logits = g.softCap(logits, softCap);
    return std::move(g).finish(logits);
}

} // namespace corral::model
