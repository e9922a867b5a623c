#include "core/graph/builder.h"

#include <cassert>
#include <utility>

namespace corral::graph {

ValueId Builder::addValue(Value value)
{
    assert(value.width > 0);
    m_graph.values.push_back(value);
    return static_cast<ValueId>(m_graph.values.size() - 1);
}

ValueId Builder::addNode(Op op, std::initializer_list<ValueId> inputs, Value output)
{
    const ValueId y = addValue(output);
    m_graph.nodes.push_back({std::move(op), inputs, {y}});
    return y;
}

ValueId Builder::elementwise(Op op, ValueId a, ValueId b)
{
    assert(value(a).width == value(b).width && value(a).rows == value(b).rows);
    return addNode(std::move(op), {a, b}, {.rows = value(a).rows, .width = value(a).width});
}

// The output is a view of the whole first input: same memory, a new name for what it holds now.
ValueId Builder::inPlace(Op op, std::initializer_list<ValueId> inputs)
{
    Value view = value(*inputs.begin());
    view.base = *inputs.begin();
    view.column = 0;
    return addNode(std::move(op), inputs, view);
}

ValueId Builder::embed(const tensor::Weight* table) { return addNode(Embed{table}, {}, {.width = table->in()}); }

ValueId Builder::matmul(ValueId x, const Product& product) { return matmul(x, {product}).front(); }

std::vector<ValueId> Builder::matmul(ValueId x, std::initializer_list<Product> products)
{
    std::vector<ValueId> outputs;
    for (const Product& product : products) {
        assert(product.weight->in() == value(x).width && product.weight->experts() == 1);
        outputs.push_back(addValue({.rows = value(x).rows, .width = product.weight->out()}));
    }
    m_graph.nodes.push_back({Matmul{products}, {x}, outputs});
    return outputs;
}

std::vector<ValueId> Builder::expertMatmul(ValueId x, ValueId chosen, std::int64_t used, bool perChoice, std::initializer_list<const tensor::Weight*> weights)
{
    std::vector<ValueId> outputs;
    for (const tensor::Weight* weight : weights) {
        assert(value(x).width == weight->in() * (perChoice ? used : 1));
        outputs.push_back(addValue({.rows = value(x).rows, .width = used * weight->out()}));
    }
    m_graph.nodes.push_back({ExpertMatmul{weights, used, perChoice}, {x, chosen}, outputs});
    return outputs;
}

ValueId Builder::rmsNorm(ValueId x, std::span<const float> weight, float eps, std::int64_t size)
{
    if (size == 0) size = value(x).width;
    assert(value(x).width % size == 0 && (weight.empty() || static_cast<std::int64_t>(weight.size()) == size));
    return addNode(RmsNorm{weight, eps, size}, {x}, {.rows = value(x).rows, .width = value(x).width});
}

ValueId Builder::layerNorm(ValueId x, std::span<const float> weight, std::span<const float> bias, float eps)
{
    return addNode(LayerNorm{weight, bias, eps}, {x}, {.rows = value(x).rows, .width = value(x).width});
}

ValueId Builder::add(ValueId a, ValueId b) { return elementwise(Add{}, a, b); }
ValueId Builder::multiply(ValueId a, ValueId b) { return elementwise(Multiply{}, a, b); }
ValueId Builder::gated(Activation activation, ValueId gate, ValueId up) { return elementwise(Gated{activation}, gate, up); }
ValueId Builder::scale(ValueId x, float factor) { return addNode(Scale{factor}, {x}, {.rows = value(x).rows, .width = value(x).width}); }
ValueId Builder::softCap(ValueId x, float cap) { return addNode(SoftCap{cap}, {x}, {.rows = value(x).rows, .width = value(x).width}); }

Builder::RopeAngles Builder::ropeAngles(const RopeParams& params)
{
    assert(params.dims > 0 && params.dims % 2 == 0);
    return {addNode(RopeTable{params}, {}, {.width = params.dims}), params};
}

ValueId Builder::rope(ValueId x, const RopeAngles& angles, std::int64_t headSize)
{
    assert(value(x).width % headSize == 0 && angles.params.dims <= headSize);
    return inPlace(Rope{angles.params, headSize}, {x, angles.table});
}

void Builder::cacheWrite(int layer, ValueId k, ValueId v, std::int64_t kvHeads)
{
    assert(value(k).rows == Rows::Tokens && value(v).rows == Rows::Tokens && layer >= 0);
    if (m_graph.cache.size() <= static_cast<std::size_t>(layer)) m_graph.cache.resize(static_cast<std::size_t>(layer) + 1);
    m_graph.cache[static_cast<std::size_t>(layer)] = {value(k).width, value(v).width, value(k).width / kvHeads, value(v).width / kvHeads};
    m_graph.nodes.push_back({CacheWrite{layer}, {k, v}, {}});
}

ValueId Builder::attention(ValueId q, const Attention& attention)
{
    assert(value(q).width == attention.heads * attention.keySize);
    return addNode(attention, {q}, {.rows = value(q).rows, .width = attention.heads * attention.valueSize});
}

ValueId Builder::softmax(ValueId x) { return inPlace(Softmax{}, {x}); }

Builder::Choice Builder::topExperts(ValueId probabilities, std::int64_t used, bool normalize)
{
    const Rows rows = value(probabilities).rows;
    const ValueId chosen = addValue({.rows = rows, .type = Type::I32, .width = used});
    const ValueId weights = addValue({.rows = rows, .width = used});
    m_graph.nodes.push_back({TopExperts{used, normalize}, {probabilities}, {chosen, weights}});
    return {chosen, weights};
}

ValueId Builder::weightedSum(ValueId x, ValueId weights, std::int64_t used)
{
    assert(value(x).width % used == 0 && value(weights).width == used);
    return addNode(WeightedSum{used}, {x, weights}, {.rows = value(x).rows, .width = value(x).width / used});
}

ValueId Builder::selectOutputs(ValueId x)
{
    if (value(x).rows == Rows::Outputs) return x;
    return addNode(SelectOutputs{}, {x}, {.rows = Rows::Outputs, .width = value(x).width});
}

ValueId Builder::columns(ValueId x, std::int64_t begin, std::int64_t width)
{
    assert(begin >= 0 && begin + width <= value(x).width);
    Value view = value(x);
    view.width = width;
    view.base = x;
    view.column = begin;
    return addValue(view);
}

Graph Builder::finish(ValueId logits) &&
{
    assert(value(logits).rows == Rows::Outputs);
    m_graph.logits = logits;
    return std::move(m_graph);
}

} // namespace corral::graph
