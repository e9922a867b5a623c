#include "core/model/blocks/experts.h"

namespace corral::model {

ExpertWeights loadExperts(Loader& loader, std::int64_t layer, std::int64_t size)
{
    const std::int64_t d = loader.config.embedding, e = loader.config.experts;
    const auto name = [&](std::string_view part) { return blockName(layer, part); };
    return {.router = loadLinear(loader.weights, name("ffn_gate_inp"), d, e),
            .gate = loader.weights.matrix(name("ffn_gate_exps.weight"), {d, size, e}),
            .up = loader.weights.matrix(name("ffn_up_exps.weight"), {d, size, e}),
            .down = loader.weights.matrix(name("ffn_down_exps.weight"), {size, d, e})};
}

graph::ValueId writeExperts(graph::Builder& g, const ExpertWeights& w, graph::ValueId x, const ExpertStyle& style)
{
    const graph::ValueId probabilities = g.softmax(g.matmul(x, w.router));
    const auto choice = g.topExperts(probabilities, style.used, style.normalize);
    const auto hidden = g.expertMatmul(x, choice.chosen, style.used, false, {w.gate, w.up});
    const graph::ValueId activated = g.gated(style.activation, hidden[0], hidden[1]);
    const auto outputs = g.expertMatmul(activated, choice.chosen, style.used, true, {w.down});
    return g.weightedSum(outputs[0], choice.weights, style.used);
}

} // namespace corral::model
