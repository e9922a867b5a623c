#pragma once
// Writes a graph: one method an operation, shapes inferred, misuse caught by assertions (a model's code is at fault, not its file:
// files are checked when weights are asked for).
#include "core/graph/graph.h"

#include <initializer_list>

namespace corral::graph {

class Builder {
public:
    struct RopeAngles {
        ValueId table = kNoValue;
        RopeParams params;
    };
    struct Choice {
        ValueId chosen = kNoValue, weights = kNoValue;
    };

    ValueId embed(const tensor::Weight* table);
    ValueId matmul(ValueId x, const Product& product);
    std::vector<ValueId> matmul(ValueId x, std::initializer_list<Product> products); // one input, read once
    std::vector<ValueId> expertMatmul(ValueId x, ValueId chosen, std::int64_t used, bool perChoice, std::initializer_list<const tensor::Weight*> weights);
    ValueId rmsNorm(ValueId x, std::span<const float> weight, float eps, std::int64_t size = 0); // size 0: the whole row
    ValueId layerNorm(ValueId x, std::span<const float> weight, std::span<const float> bias, float eps);
    ValueId add(ValueId a, ValueId b);
    ValueId multiply(ValueId a, ValueId b);
    ValueId gated(Activation activation, ValueId gate, ValueId up);
    ValueId scale(ValueId x, float factor);
    ValueId softCap(ValueId x, float cap);
    RopeAngles ropeAngles(const RopeParams& params); // once for all layers that share them
    ValueId rope(ValueId x, const RopeAngles& angles, std::int64_t headSize); // x itself is not to be used afterwards
    void cacheWrite(int layer, ValueId k, ValueId v, std::int64_t kvHeads);
    ValueId attention(ValueId q, const Attention& attention);
    ValueId softmax(ValueId x); // in place, as rope
    Choice topExperts(ValueId probabilities, std::int64_t used, bool normalize);
    ValueId weightedSum(ValueId x, ValueId weights, std::int64_t used);
    ValueId selectOutputs(ValueId x); // itself if it already has only those rows
    ValueId columns(ValueId x, std::int64_t begin, std::int64_t width); // a view

    const Value& value(ValueId id) const { return m_graph.values[static_cast<std::size_t>(id)]; }
    // The finished graph; `logits` is what a run writes to its caller.
    Graph finish(ValueId logits) &&;

private:
    ValueId addValue(Value value);
    ValueId addNode(Op op, std::initializer_list<ValueId> inputs, Value output);
    ValueId elementwise(Op op, ValueId a, ValueId b);
    ValueId inPlace(Op op, std::initializer_list<ValueId> inputs);

    Graph m_graph;
};

} // namespace corral::graph
