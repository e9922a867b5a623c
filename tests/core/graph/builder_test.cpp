#include "core/graph/builder.h"
#include "core/graph/memory_plan.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace corral::graph {
namespace {

tensor::Weight weight(std::int64_t in, std::int64_t out, std::int64_t experts = 1) { return {.name = "w", .shape = {in, out, experts}}; }

TEST(Builder, InfersShapes)
{
    const tensor::Weight table = weight(8, 100), wq = weight(8, 12), wk = weight(8, 6), experts = weight(8, 5, 3);
    Builder g;
    const ValueId x = g.embed(&table);
    EXPECT_EQ(g.value(x).width, 8);
    const auto qk = g.matmul(x, {Product{&wq}, Product{&wk}});
    EXPECT_EQ(g.value(qk[0]).width, 12);
    EXPECT_EQ(g.value(qk[1]).width, 6);
    const ValueId half = g.columns(qk[0], 6, 6);
    EXPECT_EQ(g.value(g.add(half, qk[1])).width, 6);
    const ValueId probabilities = g.softmax(g.columns(qk[0], 0, 3));
    const auto choice = g.topExperts(probabilities, 2, true);
    EXPECT_EQ(g.value(choice.chosen).type, Type::I32);
    const auto y = g.expertMatmul(x, choice.chosen, 2, false, {&experts});
    EXPECT_EQ(g.value(y[0]).width, 10);
    EXPECT_EQ(g.value(g.weightedSum(y[0], choice.weights, 2)).width, 5);
    const ValueId last = g.selectOutputs(x);
    EXPECT_EQ(g.value(last).rows, Rows::Outputs);
    EXPECT_EQ(g.selectOutputs(last), last);
}

TEST(Builder, ViewsOfViewsAddUpTheirColumns)
{
    const tensor::Weight table = weight(20, 4), w = weight(20, 20);
    Builder g;
    const ValueId x = g.embed(&table);
    const ValueId inner = g.columns(g.columns(x, 5, 10), 3, 2);
    const ValueId logits = g.matmul(g.selectOutputs(x), Product{&w});
    const Graph graph = std::move(g).finish(logits);
    EXPECT_EQ(graph.owner(inner), x);
    EXPECT_EQ(graph.column(inner), 8);
}

TEST(Builder, RemembersWhatTheCacheHolds)
{
    const tensor::Weight table = weight(8, 4);
    Builder g;
    const ValueId x = g.embed(&table);
    g.cacheWrite(0, x, g.columns(x, 0, 4), 2);
    g.cacheWrite(1, x, x, 1);
    const Graph graph = std::move(g).finish(g.selectOutputs(x));
    ASSERT_EQ(graph.cache.size(), 2u);
    EXPECT_EQ(graph.cache[0].key, 8);
    EXPECT_EQ(graph.cache[0].value, 4);
    EXPECT_EQ(graph.cache[0].headKey, 4);
    EXPECT_EQ(graph.cache[0].headValue, 2);
}

// Runs the plan on paper: every node writes its own number into the bytes of its outputs; every reader must still find the numbers of
// the nodes that made its inputs.
void checkPlan(const Graph& graph, std::int64_t tokens)
{
    const MemoryPlan plan = planMemory(graph, tokens);
    const std::uint64_t cells = plan.bytes / 4;
    std::vector<std::int32_t> memory(cells, -1), logits(static_cast<std::size_t>(tokens * graph.values[static_cast<std::size_t>(graph.logits)].width), -1);
    std::vector<std::int32_t> maker(graph.values.size(), -1); // by owner: who wrote it last
    const auto forCells = [&](ValueId id, auto&& fn) {
        const auto v = static_cast<std::size_t>(id);
        for (std::int64_t t = 0; t < tokens; ++t) {
            for (std::int64_t c = 0; c < graph.values[v].width; ++c) {
                const std::int64_t at = t * plan.strides[v] + c;
                if (plan.offsets[v] == MemoryPlan::kExternal) fn(logits.at(static_cast<std::size_t>(at)));
                else fn(memory.at(static_cast<std::size_t>(at) + plan.offsets[v] / 4));
            }
        }
    };
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        for (ValueId id : graph.nodes[n].inputs) {
            const std::int32_t expected = maker[static_cast<std::size_t>(graph.owner(id))];
            forCells(id, [&](std::int32_t& cell) { ASSERT_EQ(cell, expected) << "node " << n; });
        }
        for (ValueId id : graph.nodes[n].outputs) {
            maker[static_cast<std::size_t>(graph.owner(id))] = static_cast<std::int32_t>(n);
            forCells(id, [&](std::int32_t& cell) { cell = static_cast<std::int32_t>(n); });
        }
    }
    EXPECT_EQ(plan.offsets[static_cast<std::size_t>(graph.logits)], MemoryPlan::kExternal);
}

TEST(MemoryPlan, KeepsEveryValueUntilItsLastReader)
{
    const tensor::Weight table = weight(16, 10), wide = weight(16, 48), narrow = weight(24, 16), out = weight(16, 10);
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        Builder g;
        std::vector<ValueId> values{g.embed(&table)}; // all [16]
        for (int i = 0; i < 40; ++i) {
            const auto pick = [&] { return values[random() % values.size()]; };
            switch (random() % 5) {
            case 0: values.push_back(g.add(pick(), pick())); break;
            case 1: values.push_back(g.scale(pick(), 2)); break;
            case 2: values.push_back(g.rmsNorm(pick(), {}, 1e-5f)); break;
            case 3: {
                const ValueId both = g.matmul(pick(), Product{&wide});
                values.push_back(g.matmul(g.gated(Activation::Silu, g.columns(both, 0, 24), g.columns(both, 24, 24)), Product{&narrow}));
                break;
            }
            case 4: values.erase(values.begin() + static_cast<std::ptrdiff_t>(random() % values.size())); break;
            }
            if (values.empty()) values.push_back(g.embed(&table));
        }
        const ValueId logits = g.softCap(g.matmul(g.selectOutputs(values.back()), Product{&out}), 30);
        checkPlan(std::move(g).finish(logits), 3);
    }
}

TEST(MemoryPlan, ReusesMemoryOfTheDead)
{
    const tensor::Weight table = weight(16, 10), square = weight(16, 16), out = weight(16, 10);
    const auto bytesFor = [&](int layers) {
        Builder g;
        ValueId x = g.embed(&table);
        for (int i = 0; i < layers; ++i) x = g.add(x, g.matmul(g.rmsNorm(x, {}, 1e-5f), Product{&square}));
        const ValueId logits = g.matmul(g.selectOutputs(x), Product{&out});
        return planMemory(std::move(g).finish(logits), 64).bytes;
    };
    EXPECT_EQ(bytesFor(2), bytesFor(30)); // deeper is not larger
}

} // namespace
} // namespace corral::graph
