#include "core/model/blocks/attention.h"

namespace corral::model {

AttentionWeights loadAttention(Loader& loader, std::int64_t layer, QueryKeyNorms norms)
{
    const Config& c = loader.config;
    tensor::Weights& weights = loader.weights;
    const auto name = [&](std::string_view part) { return blockName(layer, part); };
    const std::int64_t q = c.heads * c.keySize, k = c.kvHeads * c.keySize, v = c.kvHeads * c.valueSize;
    AttentionWeights w;
    if (weights.has(name("attn_qkv.weight"))) {
        w.qkv = loadLinear(weights, name("attn_qkv"), c.embedding, q + k + v);
    } else {
        w.q = loadLinear(weights, name("attn_q"), c.embedding, q);
        w.k = loadLinear(weights, name("attn_k"), c.embedding, k);
        w.v = loadLinear(weights, name("attn_v"), c.embedding, v);
    }
    w.out = loadLinear(weights, name("attn_output"), c.heads * c.valueSize, c.embedding);
    if (norms != QueryKeyNorms::None) {
        const bool heads = norms == QueryKeyNorms::Heads;
        w.qNorm = weights.vector(name("attn_q_norm.weight"), heads ? c.keySize : q);
        w.kNorm = weights.vector(name("attn_k_norm.weight"), heads ? c.keySize : k);
    }
    return w;
}

graph::ValueId writeAttention(graph::Builder& g, const Config& c, const AttentionWeights& w, graph::ValueId x, const AttentionStyle& style)
{
    graph::ValueId q, k, v;
    if (w.qkv) {
        const std::int64_t qWidth = c.heads * c.keySize, kWidth = c.kvHeads * c.keySize;
        const graph::ValueId qkv = g.matmul(x, w.qkv);
        q = g.columns(qkv, 0, qWidth);
        k = g.columns(qkv, qWidth, kWidth);
        v = g.columns(qkv, qWidth + kWidth, c.kvHeads * c.valueSize);
    } else {
        const auto products = g.matmul(x, {w.q, w.k, w.v});
        q = products[0];
        k = products[1];
        v = products[2];
    }
    if (!w.qNorm.empty()) q = g.rmsNorm(q, w.qNorm, c.normEps, static_cast<std::int64_t>(w.qNorm.size()));
    if (!w.kNorm.empty()) k = g.rmsNorm(k, w.kNorm, c.normEps, static_cast<std::int64_t>(w.kNorm.size()));
    if (style.rope) {
        q = g.rope(q, *style.rope, c.keySize);
        k = g.rope(k, *style.rope, c.keySize);
    }
    const int layer = static_cast<int>(style.layer);
    g.cacheWrite(layer, k, v, c.kvHeads);
    graph::ValueId o = g.attention(q, {.layer = layer, .heads = c.heads, .kvHeads = c.kvHeads, .keySize = c.keySize, .valueSize = c.valueSize,
                                       .scale = style.scale, .softCap = style.softCap, .window = style.window});
    if (style.outputsOnly) o = g.selectOutputs(o);
    return g.matmul(o, w.out);
}

graph::ValueId addResidual(graph::Builder& g, graph::ValueId x, graph::ValueId y)
{
    if (g.value(y).rows == graph::Rows::Outputs) x = g.selectOutputs(x);
    return g.add(x, y);
}

} // namespace corral::model
