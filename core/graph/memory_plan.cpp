#include "core/graph/memory_plan.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <variant>

namespace corral::graph {

namespace {

constexpr std::uint64_t kAlignment = 64;

// May the output of this operation be written over an input, element by element?
bool worksInPlace(const Op& op)
{
    return std::holds_alternative<Add>(op) || std::holds_alternative<Multiply>(op) || std::holds_alternative<Gated>(op) || std::holds_alternative<Scale>(op) ||
           std::holds_alternative<SoftCap>(op) || std::holds_alternative<RmsNorm>(op);
}

struct Life {
    int first = std::numeric_limits<int>::max(), last = -1; // node numbers
    std::uint64_t bytes = 0, offset = 0;
};

} // namespace

MemoryPlan planMemory(const Graph& graph, std::int64_t tokens)
{
    const std::size_t count = graph.values.size();
    // storage[v]: the value in whose memory v lies: its owner, or the input it takes over.
    std::vector<ValueId> storage(count);
    for (std::size_t v = 0; v < count; ++v) storage[v] = graph.owner(static_cast<ValueId>(v));
    const ValueId logits = graph.logits == kNoValue ? kNoValue : graph.owner(graph.logits);

    // Last reader of each owner (its own node if nobody reads it), views included; the logits never die.
    std::vector<int> lastUse(count, -1);
    for (int n = 0; n < static_cast<int>(graph.nodes.size()); ++n) {
        const Node& node = graph.nodes[static_cast<std::size_t>(n)];
        for (const auto* ids : {&node.inputs, &node.outputs})
            for (ValueId id : *ids) lastUse[static_cast<std::size_t>(graph.owner(id))] = n;
    }
    const int never = static_cast<int>(graph.nodes.size());
    for (const ValueId id : graph.outputs) lastUse[static_cast<std::size_t>(id)] = never;

    for (int n = 0; n < static_cast<int>(graph.nodes.size()); ++n) {
        const Node& node = graph.nodes[static_cast<std::size_t>(n)];
        if (!worksInPlace(node.op)) continue;
        const ValueId y = node.outputs.front();
        const Value& out = graph.values[static_cast<std::size_t>(y)];
        for (ValueId x : node.inputs) {
            const Value& in = graph.values[static_cast<std::size_t>(x)];
            const ValueId owner = graph.owner(x);
            const Value& whole = graph.values[static_cast<std::size_t>(owner)];
            const bool dies = lastUse[static_cast<std::size_t>(owner)] == n;
            if (!dies || whole.width != in.width || in.width != out.width || in.rows != out.rows || owner == logits) continue;
            if (y == logits && std::ranges::contains(graph.inputs, owner)) continue;
            if (y == logits) { // computed where the caller wants it: the chain before it moves there
                const ValueId root = storage[static_cast<std::size_t>(owner)];
                for (ValueId& s : storage)
                    if (s == root) s = y;
            } else {
                const ValueId root = storage[static_cast<std::size_t>(owner)];
                for (ValueId& s : storage)
                    if (s == y) s = root;
            }
            break;
        }
    }

    std::vector<Life> lives(count);
    for (int n = 0; n < static_cast<int>(graph.nodes.size()); ++n) {
        const Node& node = graph.nodes[static_cast<std::size_t>(n)];
        for (const auto* ids : {&node.inputs, &node.outputs}) {
            for (ValueId id : *ids) {
                Life& life = lives[static_cast<std::size_t>(storage[static_cast<std::size_t>(graph.owner(id))])];
                life.first = std::min(life.first, n);
                life.last = std::max(life.last, n);
            }
        }
    }

    for (const ValueId id : graph.inputs) lives[static_cast<std::size_t>(storage[static_cast<std::size_t>(id)])].first = -1; // there before any node
    for (const ValueId id : graph.outputs) lives[static_cast<std::size_t>(storage[static_cast<std::size_t>(id)])].last = never;

    // Largest first, each at the lowest place free during its life.
    std::vector<std::size_t> order;
    for (std::size_t v = 0; v < count; ++v) {
        if (lives[v].last < 0 || static_cast<ValueId>(v) == logits) continue;
        const auto bytes = static_cast<std::uint64_t>(tokens) * static_cast<std::uint64_t>(graph.values[v].width) * sizeof(float);
        lives[v].bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
        order.push_back(v);
    }
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return lives[a].bytes > lives[b].bytes; });
    MemoryPlan plan;
    std::vector<std::size_t> placed; // by offset
    for (std::size_t v : order) {
        Life& life = lives[v];
        std::uint64_t offset = 0;
        for (std::size_t other : placed) {
            const Life& o = lives[other];
            if (o.first > life.last || o.last < life.first) continue;
            if (offset + life.bytes <= o.offset) break;
            offset = std::max(offset, o.offset + o.bytes);
        }
        life.offset = offset;
        placed.insert(std::ranges::upper_bound(placed, offset, {}, [&](std::size_t p) { return lives[p].offset; }), v);
        plan.bytes = std::max(plan.bytes, offset + life.bytes);
    }

    plan.offsets.resize(count);
    plan.strides.resize(count);
    for (std::size_t v = 0; v < count; ++v) {
        const ValueId owner = graph.owner(static_cast<ValueId>(v));
        const ValueId root = storage[static_cast<std::size_t>(owner)];
        plan.strides[v] = graph.values[static_cast<std::size_t>(owner)].width;
        plan.offsets[v] = root == logits ? MemoryPlan::kExternal
                                         : lives[static_cast<std::size_t>(root)].offset +
                                               static_cast<std::uint64_t>(graph.column(static_cast<ValueId>(v))) * sizeof(float);
    }
    return plan;
}

} // namespace corral::graph
