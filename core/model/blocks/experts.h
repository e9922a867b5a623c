#pragma once
// Mixture of experts (architectures sheet § 2.6) with softmax gating: the k likeliest of E experts, their weights optionally
// normalised to sum 1, Σ w_e · down_e(act(gate_e x) · (up_e x)).
#include "core/model/blocks/linear.h"

namespace corral::model {

struct ExpertWeights {
    graph::Product router;                        // ffn_gate_inp [D, E]
    const tensor::Weight *gate = nullptr, *up = nullptr, *down = nullptr; // [D, Fe, E], [D, Fe, E], [Fe, D, E]
};
// size: Fe
ExpertWeights loadExperts(Loader& loader, std::int64_t layer, std::int64_t size);

struct ExpertStyle {
    std::int64_t used = 0; // k
    bool normalize = true;
    graph::Activation activation = graph::Activation::Silu;
};
graph::ValueId writeExperts(graph::Builder& g, const ExpertWeights& w, graph::ValueId x, const ExpertStyle& style);

} // namespace corral::model
