#pragma once
// The layer most architectures have: x ← x + post(attention(pre x)); x ← x + post(feed-forward(pre x)), where the norms before and after,
// and the kind of feed-forward vary.
#include "core/model/blocks/attention.h"
#include "core/model/blocks/experts.h"
#include "core/model/blocks/feed_forward.h"
#include "core/model/blocks/head.h"

namespace corral::model {

struct LayerWeights {
    std::span<const float> attentionNorm, postAttentionNorm, feedForwardNorm, postFeedForwardNorm; // [D] or empty
    AttentionWeights attention;
    FeedForwardWeights feedForward; // or, in a mixture:
    ExpertWeights experts;
};

struct LayerParts {
    QueryKeyNorms queryKeyNorms = QueryKeyNorms::None;
    bool preNorms = true;        // attn_norm and ffn_norm
    bool postNorms = false;      // post_attention_norm and post_ffw_norm
    bool fusedGateUp = false;    // ffn_up holds gate and up
    std::int64_t expertSize = 0; // Fe; 0: dense
};

struct TransformerWeights {
    Config config;
    EndWeights ends;
    std::vector<LayerWeights> layers;
};
TransformerWeights loadTransformer(Loader& loader, const LayerParts& parts, bool alwaysTied = false);

struct LayerStyle {
    AttentionStyle attention; // layer and outputsOnly are filled in
    graph::Activation activation = graph::Activation::Silu;
    bool normalizeExperts = true;
    float residualScale = 1; // of what is added to the residual stream
};
graph::ValueId writeLayer(graph::Builder& g, const TransformerWeights& w, std::int64_t il, graph::ValueId x, LayerStyle style);

// The whole model where all layers are alike: SiLU, one rotation, the configured scale, no window.
graph::Graph writeUniform(const TransformerWeights& w, const graph::RopeParams& rope);

} // namespace corral::model
