#include "core/model/blocks/layer.h"

namespace corral::model {

TransformerWeights loadTransformer(Loader& loader, const LayerParts& parts, bool alwaysTied)
{
    TransformerWeights w{.config = loader.config, .ends = loadEnds(loader, alwaysTied)};
    for (std::int64_t il = 0; il < w.config.layers; ++il) {
        const auto norm = [&](std::string_view name) { return loader.weights.vector(blockName(il, name) + ".weight", w.config.embedding); };
        LayerWeights& layer = w.layers.emplace_back();
        if (parts.preNorms) {
            layer.attentionNorm = norm("attn_norm");
            layer.feedForwardNorm = norm("ffn_norm");
        }
        layer.attention = loadAttention(loader, il, parts.queryKeyNorms);
        if (parts.postNorms) {
            layer.postAttentionNorm = norm("post_attention_norm");
            layer.postFeedForwardNorm = norm("post_ffw_norm");
        }
        if (parts.expertSize > 0) layer.experts = loadExperts(loader, il, parts.expertSize);
        else layer.feedForward = parts.fusedGateUp ? loadFusedFeedForward(loader, il) : loadFeedForward(loader, il);
    }
    return w;
}

graph::ValueId writeLayer(graph::Builder& g, const TransformerWeights& w, std::int64_t il, graph::ValueId x, LayerStyle style)
{
    const Config& c = w.config;
    const LayerWeights& layer = w.layers[static_cast<std::size_t>(il)];
    style.attention.layer = il;
    style.attention.outputsOnly = il + 1 == c.layers;

    const auto normalised = [&](graph::ValueId value, std::span<const float> norm) { return norm.empty() ? value : g.rmsNorm(value, norm, c.normEps); };
    const auto scaled = [&](graph::ValueId value) { return style.residualScale == 1 ? value : g.scale(value, style.residualScale); };

    const graph::ValueId a = writeAttention(g, c, layer.attention, normalised(x, layer.attentionNorm), style.attention);
    x = addResidual(g, x, scaled(normalised(a, layer.postAttentionNorm)));

    const graph::ValueId m = normalised(x, layer.feedForwardNorm);
    const graph::ValueId y = layer.experts.gate
                           ? writeExperts(g, layer.experts, m, {.used = c.expertsUsed, .normalize = style.normalizeExperts, .activation = style.activation})
                           : writeFeedForward(g, layer.feedForward, m, style.activation);
    return addResidual(g, x, scaled(normalised(y, layer.postFeedForwardNorm)));
}

graph::Graph writeUniform(const TransformerWeights& w, const graph::RopeParams& rope)
{
    graph::Builder g;
    const auto angles = g.ropeAngles(rope);
    graph::ValueId x = g.embed(w.ends.embedding);
    for (std::int64_t il = 0; il < w.config.layers; ++il) x = writeLayer(g, w, il, x, {.attention = {.rope = &angles, .scale = w.config.attentionScale}});
    return finishGraph(std::move(g), w.config, w.ends, x);
}

} // namespace corral::model
