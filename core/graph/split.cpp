#include "core/graph/split.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <set>
#include <variant>

namespace corral::graph {

namespace {

// What the nodes of a graph have to do with its values, by owner.
struct Uses {
    explicit Uses(const Graph& graph) : positional(graph.nodes.size()), firstMade(graph.values.size(), kNever), lastUsed(graph.values.size(), -1), ofPositions(graph.values.size())
    {
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            const Node& node = graph.nodes[n];
            positional[n] = !std::holds_alternative<Embed>(node.op) && !node.outputs.empty()
                            && std::ranges::all_of(node.inputs, [&](ValueId id) { return ofPositions[static_cast<std::size_t>(graph.owner(id))]; });
            for (const ValueId id : node.inputs) lastUsed[static_cast<std::size_t>(graph.owner(id))] = static_cast<int>(n);
            for (const ValueId id : node.outputs) {
                const auto owner = static_cast<std::size_t>(graph.owner(id));
                firstMade[owner] = std::min(firstMade[owner], static_cast<int>(n));
                ofPositions[owner] = positional[n];
            }
        }
    }
    bool crosses(std::size_t owner, std::size_t cut) const
    {
        return !ofPositions[owner] && firstMade[owner] < static_cast<int>(cut) && lastUsed[owner] >= static_cast<int>(cut);
    }

    static constexpr int kNever = std::numeric_limits<int>::max();
    std::vector<bool> positional; // by node: positions decide what it makes
    std::vector<int> firstMade, lastUsed;
    std::vector<bool> ofPositions;
};

// Values that a token's rows have at a cut before node `cut`.
std::int64_t widthAcross(const Graph& graph, const Uses& uses, std::size_t cut)
{
    std::int64_t width = 0;
    for (std::size_t v = 0; v < graph.values.size(); ++v)
        if (uses.crosses(v, cut)) width += graph.values[v].width;
    return width;
}

// The last of the narrowest places to cut in [from, to].
std::size_t narrowest(const Graph& graph, const Uses& uses, std::size_t from, std::size_t to)
{
    assert(from <= to);
    std::size_t best = from;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t cut = from; cut <= to; ++cut)
        if (const std::int64_t width = widthAcross(graph, uses, cut); width <= least) {
            least = width;
            best = cut;
        }
    return best;
}

bool isNorm(const Op& op) { return std::holds_alternative<RmsNorm>(op) || std::holds_alternative<LayerNorm>(op); }

// The layer of a node that has to do with a cache, made to count from `first`.
void renumber(Op& op, int first)
{
    if (auto* write = std::get_if<CacheWrite>(&op)) write->layer -= first;
    if (auto* attention = std::get_if<Attention>(&op)) attention->layer -= first;
}

} // namespace

std::vector<std::size_t> layerStarts(const Graph& graph)
{
    const Uses uses(graph);
    std::vector<std::size_t> starts;
    std::size_t from = 0, head = 0; // behind the embedding or the attention of the layer before; the last product
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Op& op = graph.nodes[n].op;
        if (std::holds_alternative<Embed>(op)) from = n + 1;
        if (std::holds_alternative<Matmul>(op)) head = n;
        if (const auto* write = std::get_if<CacheWrite>(&op)) {
            assert(static_cast<std::size_t>(write->layer) == starts.size()); // layers follow one another
            starts.push_back(narrowest(graph, uses, from, n));
        }
        if (std::holds_alternative<Attention>(op)) from = n + 1;
    }
    std::size_t output = narrowest(graph, uses, from, head);
    while (output > from && isNorm(graph.nodes[output - 1].op)) --output;
    starts.push_back(output);
    return starts;
}

Part part(const Graph& graph, std::size_t begin, std::size_t end)
{
    assert(begin <= end && end <= graph.nodes.size());
    const Uses uses(graph);
    // Its own nodes, and behind them, from the last to the first, what they need of positions.
    std::vector<std::size_t> nodes;
    std::set<ValueId> read, made; // owners
    const auto take = [&](std::size_t n) {
        nodes.push_back(n);
        for (const ValueId id : graph.nodes[n].inputs) read.insert(graph.owner(id));
        for (const ValueId id : graph.nodes[n].outputs) made.insert(graph.owner(id));
    };
    for (std::size_t n = begin; n < end; ++n)
        if (!uses.positional[n]) take(n);
    for (std::size_t n = end; n-- > 0;)
        if (uses.positional[n] && std::ranges::any_of(graph.nodes[n].outputs, [&](ValueId id) { return read.contains(graph.owner(id)); })) take(n);
    std::ranges::sort(nodes);

    Part result;
    std::vector<ValueId> names(graph.values.size(), kNoValue); // here, by their name there
    const auto name = [&](auto& self, ValueId id) -> ValueId {
        ValueId& here = names[static_cast<std::size_t>(id)];
        if (here != kNoValue) return here;
        Value value = graph.values[static_cast<std::size_t>(id)];
        if (value.base != kNoValue) value.base = self(self, value.base);
        result.graph.values.push_back(value);
        return here = static_cast<ValueId>(result.graph.values.size() - 1);
    };
    const auto enter = [&](std::vector<ValueId>& there, std::vector<ValueId>& here, ValueId owner) {
        there.push_back(owner);
        here.push_back(name(name, owner));
    };
    for (const ValueId owner : read)
        if (uses.crosses(static_cast<std::size_t>(owner), begin)) enter(result.inputs, result.graph.inputs, owner);
    int firstLayer = static_cast<int>(graph.cache.size()), endLayer = 0;
    for (const std::size_t n : nodes) {
        Node node = graph.nodes[n];
        for (auto* ids : {&node.inputs, &node.outputs})
            for (ValueId& id : *ids) id = name(name, id);
        if (const auto* write = std::get_if<CacheWrite>(&node.op)) {
            firstLayer = std::min(firstLayer, write->layer);
            endLayer = write->layer + 1;
        }
        result.graph.nodes.push_back(std::move(node));
    }
    for (Node& node : result.graph.nodes) renumber(node.op, firstLayer);
    if (firstLayer < endLayer) result.graph.cache.assign(graph.cache.begin() + firstLayer, graph.cache.begin() + endLayer);
    for (const ValueId owner : made)
        if (uses.crosses(static_cast<std::size_t>(owner), end) || std::ranges::contains(graph.outputs, owner)) enter(result.outputs, result.graph.outputs, owner);
    if (end == graph.nodes.size() && graph.logits != kNoValue) result.graph.logits = name(name, graph.logits);
    return result;
}

WeightBytes weightBytes(const Graph& graph, std::size_t begin, std::size_t end)
{
    WeightBytes bytes;
    std::set<const void*> counted;
    const auto count = [&](const void* data, std::uint64_t size) {
        if (!counted.insert(data).second) return;
        bytes.all += size;
        bytes.largest = std::max(bytes.largest, size);
    };
    const auto matrix = [&](const tensor::Weight* w) {
        if (w) count(w, w->format->rowBytes(w->in()) * static_cast<std::uint64_t>(w->out() * w->experts()));
    };
    const auto vector = [&](std::span<const float> values) {
        if (!values.empty()) count(values.data(), values.size_bytes());
    };
    for (std::size_t n = begin; n < end; ++n) {
        const Op& op = graph.nodes[n].op;
        if (const auto* embed = std::get_if<Embed>(&op)) matrix(embed->table);
        if (const auto* matmul = std::get_if<Matmul>(&op))
            for (const Product& product : matmul->products) {
                matrix(product.weight);
                vector(product.bias);
            }
        if (const auto* experts = std::get_if<ExpertMatmul>(&op)) std::ranges::for_each(experts->weights, matrix);
        if (const auto* norm = std::get_if<RmsNorm>(&op)) vector(norm->weight);
        if (const auto* norm = std::get_if<LayerNorm>(&op)) {
            vector(norm->weight);
            vector(norm->bias);
        }
        if (const auto* attention = std::get_if<Attention>(&op)) vector(attention->sinks);
    }
    return bytes;
}

} // namespace corral::graph
