#include "core/model/blocks/feed_forward.h"

namespace corral::model {

namespace {

// F, which dense layers cannot do without.
std::int64_t feedForwardSize(Loader& loader)
{
    if (loader.config.feedForward > 0) return loader.config.feedForward;
    loader.keys.complain(std::format("{}.feed_forward_length is missing", loader.config.architecture));
    return 1;
}

} // namespace

FeedForwardWeights loadFeedForward(Loader& loader, std::int64_t layer)
{
    const std::int64_t d = loader.config.embedding, f = feedForwardSize(loader);
    return {.gate = loadLinear(loader.weights, blockName(layer, "ffn_gate"), d, f),
            .up = loadLinear(loader.weights, blockName(layer, "ffn_up"), d, f),
            .down = loadLinear(loader.weights, blockName(layer, "ffn_down"), f, d)};
}

FeedForwardWeights loadFusedFeedForward(Loader& loader, std::int64_t layer)
{
    const std::int64_t d = loader.config.embedding, f = feedForwardSize(loader);
    return {.up = loadLinear(loader.weights, blockName(layer, "ffn_up"), d, 2 * f),
            .down = loadLinear(loader.weights, blockName(layer, "ffn_down"), f, d),
            .fusedSize = f};
}

graph::ValueId writeFeedForward(graph::Builder& g, const FeedForwardWeights& w, graph::ValueId x, graph::Activation activation)
{
    graph::ValueId gate, up;
    if (w.fusedSize > 0) {
        const graph::ValueId both = g.matmul(x, w.up);
        gate = g.columns(both, 0, w.fusedSize);
        up = g.columns(both, w.fusedSize, w.fusedSize);
    } else {
        const auto products = g.matmul(x, {w.gate, w.up});
        gate = products[0];
        up = products[1];
    }
    return g.matmul(g.gated(activation, gate, up), w.down);
}

} // namespace corral::model
