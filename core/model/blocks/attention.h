#pragma once
// The attention block: projections (separate or one fused attn_qkv), optional norms of q and k, rotation, cache, softmax over
// the cache, output projection. What differs between architectures is a member of AttentionStyle.
#include "core/model/blocks/linear.h"

namespace corral::model {

struct AttentionWeights {
    graph::Product q, k, v; // or
    graph::Product qkv;     // [D, H·d + G·d + G·dv], rows ordered q, k, v
    graph::Product out;     // [H·dv, D]
    std::span<const float> qNorm, kNorm; // empty, [d] each, or [H·d] and [G·d]: as many values are normalised together
};
enum class QueryKeyNorms { None, Heads, Whole }; // attn_q_norm and attn_k_norm
AttentionWeights loadAttention(Loader& loader, std::int64_t layer, QueryKeyNorms norms);

struct AttentionStyle {
    std::int64_t layer = 0;
    const graph::Builder::RopeAngles* rope = nullptr; // null: no positions
    float scale = 1, softCap = 0;
    std::int64_t window = 0;  // 0: none
    bool outputsOnly = false; // only the rows whose logits are wanted go on: set in the last layer
};
// x [D], normalised → [D], to be added to the residual stream
graph::ValueId writeAttention(graph::Builder& g, const Config& config, const AttentionWeights& w, graph::ValueId x, const AttentionStyle& style);

// x + y; if y has only the wanted rows, x is reduced to them.
graph::ValueId addResidual(graph::Builder& g, graph::ValueId x, graph::ValueId y);

} // namespace corral::model
