#pragma once
// Gated feed-forward, dense: down(act(gate x) · (up x)).
#include "core/model/blocks/linear.h"

namespace corral::model {

struct FeedForwardWeights {
    graph::Product gate, up, down; // [D, F], [D, F], [F, D]
    std::int64_t fusedSize = 0;    // F if `up` is [D, 2F]: gate rows first, and `gate` is empty
};
FeedForwardWeights loadFeedForward(Loader& loader, std::int64_t layer);
FeedForwardWeights loadFusedFeedForward(Loader& loader, std::int64_t layer); // ffn_up [D, 2F]

graph::ValueId writeFeedForward(graph::Builder& g, const FeedForwardWeights& w, graph::ValueId x, graph::Activation activation);

} // namespace corral::model
