#include "core/graph/split.h"

#include "core/graph/builder.h"
#include "core/graph/memory_plan.h"
#include "core/quant/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <set>

namespace corral::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kWidth = 8, kVocabulary = 50;

// The shape of a transformer: angles, embedding, layers with norms, rotated q and k, caches, residuals; last norm and product.
class Transformer {
public:
    explicit Transformer(int layers)
    {
        Builder g;
        RopeParams params{.dims = 4};
        const auto angles = g.ropeAngles(params);
        ValueId x = g.scale(g.embed(weight(kWidth, kVocabulary)), 2);
        for (int il = 0; il < layers; ++il) {
            const ValueId normed = g.rmsNorm(x, m_norm, 1e-5f);
            const auto qkv = g.matmul(normed, {Product{weight(kWidth, 8)}, Product{weight(kWidth, 4)}, Product{weight(kWidth, 4)}});
            const ValueId q = g.rope(qkv[0], angles, 4), k = g.rope(qkv[1], angles, 4);
            g.cacheWrite(il, k, qkv[2], 1);
            ValueId heads = g.attention(il + 1 == layers ? g.selectOutputs(q) : q, {.layer = il, .heads = 2, .kvHeads = 1, .keySize = 4, .valueSize = 4});
            x = g.add(il + 1 == layers ? g.selectOutputs(x) : x, g.matmul(heads, Product{weight(8, kWidth)}));
            const auto gateUp = g.matmul(g.rmsNorm(x, m_norm, 1e-5f), {Product{weight(kWidth, 16)}, Product{weight(kWidth, 16)}});
            x = g.add(x, g.matmul(g.gated(Activation::Silu, gateUp[0], gateUp[1]), Product{weight(16, kWidth)}));
        }
        graph = std::move(g).finish(g.softCap(g.matmul(g.rmsNorm(x, m_norm, 1e-5f), Product{weight(kWidth, kVocabulary)}), 30));
    }
    Graph graph;

private:
    const tensor::Weight* weight(std::int64_t in, std::int64_t out)
    {
        m_weights.push_back({.name = "w", .format = quant::findFormat(0), .shape = {in, out, 1}}); // f32
        return &m_weights.back();
    }
    std::deque<tensor::Weight> m_weights;
    const std::array<float, kWidth> m_norm{};
};

template <class T> bool isA(const Node& node) { return std::holds_alternative<T>(node.op); }

TEST(Split, LayersBeginWhereOneValueCrosses)
{
    const Transformer model(3);
    const auto starts = layerStarts(model.graph);
    ASSERT_THAT(starts, SizeIs(4));
    for (std::size_t i = 0; i < starts.size(); ++i) EXPECT_TRUE(isA<RmsNorm>(model.graph.nodes[starts[i]])) << "layer " << i;
    EXPECT_TRUE(isA<Scale>(model.graph.nodes[starts[0] - 1])) << "what is done to embeddings belongs to no layer";
    EXPECT_TRUE(isA<Matmul>(model.graph.nodes[starts[3] + 1])) << "the output begins with the last norm";
    for (std::size_t i = 1; i < starts.size(); ++i) EXPECT_TRUE(isA<Add>(model.graph.nodes[starts[i] - 1]));
}

TEST(Split, PartsHaveTheirOwnLayersAndWhatTheyNeed)
{
    const Transformer model(3);
    const Graph& whole = model.graph;
    const auto starts = layerStarts(whole);
    const Part first = part(whole, 0, starts[1]), middle = part(whole, starts[1], starts[2]), last = part(whole, starts[2], whole.nodes.size());
    EXPECT_THAT(first.inputs, IsEmpty());
    ASSERT_THAT(first.outputs, SizeIs(1));
    EXPECT_EQ(first.outputs, middle.inputs);
    EXPECT_EQ(middle.outputs, last.inputs);
    EXPECT_THAT(last.outputs, IsEmpty());
    EXPECT_EQ(first.graph.logits, kNoValue);
    EXPECT_NE(last.graph.logits, kNoValue);
    for (const Part* p : {&first, &middle, &last}) {
        EXPECT_THAT(p->graph.cache, SizeIs(1));
        int angles = 0;
        for (const Node& node : p->graph.nodes) {
            angles += isA<RopeTable>(node);
            if (const auto* write = std::get_if<CacheWrite>(&node.op)) {
                EXPECT_EQ(write->layer, 0);
            }
            if (const auto* attention = std::get_if<Attention>(&node.op)) {
                EXPECT_EQ(attention->layer, 0);
            }
        }
        EXPECT_EQ(angles, 1) << "each part makes the angles it needs";
    }
    const Part output = part(whole, starts[3], whole.nodes.size());
    EXPECT_THAT(output.graph.nodes, SizeIs(3)) << "norm, product, cap, and no angles";
    EXPECT_THAT(output.graph.cache, IsEmpty());
    ASSERT_THAT(output.graph.inputs, SizeIs(1));
    EXPECT_EQ(output.graph.values[static_cast<std::size_t>(output.graph.inputs[0])].rows, Rows::Outputs);
    EXPECT_EQ(first.graph.nodes.size() + middle.graph.nodes.size() + last.graph.nodes.size(), whole.nodes.size() + 2);
}

// Cuts may go anywhere: whatever is alive is handed over.
TEST(Split, EveryCutHandsOverWhatIsAlive)
{
    const Transformer model(2);
    const Graph& whole = model.graph;
    for (std::size_t cut = 1; cut < whole.nodes.size(); ++cut) {
        if (cut > 1 && isA<CacheWrite>(whole.nodes[cut - 1])) continue; // a layer's cache and its attention stay together
        const Part before = part(whole, 0, cut), after = part(whole, cut, whole.nodes.size());
        const std::set<ValueId> out(before.outputs.begin(), before.outputs.end()), in(after.inputs.begin(), after.inputs.end());
        EXPECT_EQ(out, in) << cut;
        for (const Part* p : {&before, &after}) {
            const MemoryPlan plan = planMemory(p->graph, 3);
            EXPECT_EQ(plan.offsets.size(), p->graph.values.size());
            // What is handed on does not share its memory.
            std::set<std::uint64_t> places;
            for (const auto* ids : {&p->graph.outputs, &p->graph.inputs}) {
                places.clear();
                for (const ValueId id : *ids) {
                    EXPECT_NE(plan.offsets[static_cast<std::size_t>(id)], MemoryPlan::kExternal);
                    EXPECT_TRUE(places.insert(plan.offsets[static_cast<std::size_t>(id)]).second);
                }
            }
        }
    }
}

TEST(Split, OutputsOfTheWholeAreOutputsOfAPart)
{
    const Transformer model(2);
    Graph whole = model.graph;
    const auto starts = layerStarts(whole);
    const ValueId read = whole.nodes[starts[2] + 1].inputs[0];
    whole.outputs = {whole.owner(read)};
    EXPECT_THAT(part(whole, starts[1], whole.nodes.size()).outputs, ElementsAre(whole.owner(read)));
    EXPECT_THAT(part(whole, 0, starts[1]).outputs, SizeIs(1));
}

TEST(Split, WeightsAreCountedOnce)
{
    const Transformer model(2);
    const auto starts = layerStarts(model.graph);
    const auto layer = weightBytes(model.graph, starts[0], starts[1]);
    EXPECT_EQ(layer.all, 4u * (8 * 8 + 2 * 8 * 4 + 8 * 8 + 2 * 8 * 16 + 16 * 8 + 8)); // one norm's weights serve all norms here
    EXPECT_EQ(weightBytes(model.graph, starts[1], starts[2]).all, layer.all);
    const auto output = weightBytes(model.graph, starts[2], model.graph.nodes.size());
    EXPECT_EQ(output.all, 4u * (8 * 50 + 8));
    EXPECT_EQ(output.largest, 4u * 8 * 50);
}

} // namespace
} // namespace corral::graph
