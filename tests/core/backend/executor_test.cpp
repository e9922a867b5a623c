// The executor against straightforward loops, and what it promises about rows, views and stopping.
#include "core/backend/cpu/cpu_backend.h"
#include "core/graph/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>

namespace corral::cpu {
namespace {

using graph::Builder;
using graph::Product;
using graph::ValueId;
using testing::FloatNear;
using testing::Pointwise;

class Executor : public testing::Test {
protected:
    // An F32 weight [in, out] with random values, kept for the test.
    const tensor::Weight* weight(std::int64_t in, std::int64_t out, std::int64_t experts = 1)
    {
        return &m_weights.emplace_back(tensor::Weight{
            .format = quant::findFormat(quant::kF32), .data = reinterpret_cast<const std::byte*>(vector(in * out * experts).data()), .shape = {in, out, experts}});
    }
    std::span<const float> vector(std::int64_t n)
    {
        auto& values = m_values.emplace_back(static_cast<std::size_t>(n));
        for (float& v : values) v = m_normal(m_random);
        return values;
    }
    static float at(const tensor::Weight* w, std::int64_t row, std::int64_t i, std::int64_t expert = 0)
    {
        return reinterpret_cast<const float*>(w->data)[(expert * w->out() + row) * w->in() + i];
    }

    std::unique_ptr<backend::Backend> prepared(Builder&& g, ValueId logits, backend::Capacity capacity)
    {
        m_width = static_cast<std::size_t>(g.value(logits).width);
        auto backend = makeCpuBackend(m_pool);
        const auto ok = backend->prepare(std::make_shared<const graph::Graph>(std::move(g).finish(logits)), capacity);
        EXPECT_TRUE(ok) << ok.error().message;
        return backend;
    }
    std::vector<float> run(backend::Backend& backend, std::vector<std::int32_t> ids, std::int64_t first, std::int64_t outputs)
    {
        std::vector<float> logits(static_cast<std::size_t>(outputs) * m_width);
        const backend::Stretch stretch{.tokens = static_cast<std::int64_t>(ids.size()), .firstPosition = first, .outputs = outputs};
        const auto ok = backend.run({.ids = ids, .stretches = {&stretch, 1}, .logits = logits.data()}, {});
        EXPECT_TRUE(ok) << ok.error().message;
        return logits;
    }

    ThreadPool m_pool{2};
    std::mt19937 m_random{3};
    std::normal_distribution<float> m_normal;
    std::deque<std::vector<float>> m_values;
    std::deque<tensor::Weight> m_weights;
    std::size_t m_width = 0;
};

TEST_F(Executor, ProductsWithBiasScaleAndViews)
{
    const auto* table = weight(6, 9);
    const auto* w = weight(6, 8);
    const auto* out = weight(4, 5);
    const auto bias = vector(8);
    Builder g;
    const ValueId both = g.matmul(g.embed(table), Product{w, bias, 0.5f});
    const ValueId sum = g.multiply(g.columns(both, 0, 4), g.columns(both, 4, 4));
    const ValueId logits = g.scale(g.matmul(g.selectOutputs(sum), Product{out}), 3);
    auto backend = prepared(std::move(g), logits, {.tokens = 20, .context = 20});

    for (const std::vector<std::int32_t>& ids : {std::vector<std::int32_t>{4}, {8, 0, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2}}) {
        for (std::size_t outputs : {std::size_t(1), ids.size()}) {
            std::vector<float> expected;
            for (std::size_t t = ids.size() - outputs; t < ids.size(); ++t) {
                std::vector<double> y(8);
                for (int r = 0; r < 8; ++r) {
                    for (int i = 0; i < 6; ++i) y[std::size_t(r)] += double(at(w, r, i)) * at(table, ids[t], i);
                    y[std::size_t(r)] = y[std::size_t(r)] * 0.5 + bias[std::size_t(r)];
                }
                for (int r = 0; r < 5; ++r) {
                    double sum2 = 0;
                    for (int i = 0; i < 4; ++i) sum2 += double(at(out, r, i)) * y[std::size_t(i)] * y[std::size_t(i) + 4];
                    expected.push_back(static_cast<float>(3 * sum2));
                }
            }
            EXPECT_THAT(run(*backend, ids, 0, static_cast<std::int64_t>(outputs)), Pointwise(FloatNear(2e-4f), expected));
        }
    }
    EXPECT_TRUE(run(*backend, {1, 2}, 0, 0).empty());
}

// Attention over what earlier runs left in the cache, in a window, for the wanted rows only.
TEST_F(Executor, AttentionReadsTheCache)
{
    constexpr std::int64_t kHeads = 2, kSize = 4, kWindow = 3;
    const auto* table = weight(kHeads * kSize, 10);
    Builder g;
    const ValueId x = g.embed(table);
    const ValueId k = g.columns(x, 0, kSize), v = g.columns(x, kSize, kSize);
    g.cacheWrite(0, k, v, 1);
    const ValueId o = g.attention(g.selectOutputs(x), {.heads = kHeads, .kvHeads = 1, .keySize = kSize, .valueSize = kSize, .scale = 0.7f, .softCap = 5, .window = kWindow});
    auto backend = prepared(std::move(g), o, {.tokens = 4, .context = 12, .key = backend::CacheType::F32, .value = backend::CacheType::F32});
    const std::vector<std::int32_t> ids{3, 1, 4, 1, 5, 9, 2, 6};

    const auto expected = [&](std::size_t t) {
        std::vector<float> row;
        for (std::int64_t h = 0; h < kHeads; ++h) {
            std::vector<double> p(t + 1);
            double total = 0;
            for (std::size_t j = t + 1 >= kWindow ? t + 1 - kWindow : 0; j <= t; ++j) {
                double s = 0;
                for (std::int64_t i = 0; i < kSize; ++i) s += double(at(table, ids[t], h * kSize + i)) * at(table, ids[j], i);
                total += p[j] = std::exp(5 * std::tanh(s * 0.7 / 5));
            }
            for (std::int64_t i = 0; i < kSize; ++i) {
                double sum = 0;
                for (std::size_t j = 0; j <= t; ++j) sum += p[j] / total * at(table, ids[j], kSize + i);
                row.push_back(static_cast<float>(sum));
            }
        }
        return row;
    };
    std::size_t position = 0;
    for (std::size_t piece : {3u, 1u, 4u}) {
        const auto got = run(*backend, {ids.begin() + std::ptrdiff_t(position), ids.begin() + std::ptrdiff_t(position + piece)}, std::int64_t(position), 1);
        position += piece;
        EXPECT_THAT(got, Pointwise(FloatNear(1e-4f), expected(position - 1))) << "position " << position - 1;
    }
}

TEST_F(Executor, ExpertsAreMixedByTheirWeights)
{
    constexpr std::int64_t kExperts = 4, kUsed = 2;
    const auto* table = weight(6, 10);
    const auto *router = weight(6, kExperts), *up = weight(6, 5, kExperts), *down = weight(5, 3, kExperts);
    Builder g;
    const ValueId x = g.embed(table);
    const auto choice = g.topExperts(g.softmax(g.matmul(x, Product{router})), kUsed, true);
    const auto hidden = g.expertMatmul(x, choice.chosen, kUsed, false, {up});
    const auto y = g.expertMatmul(hidden[0], choice.chosen, kUsed, true, {down});
    const ValueId logits = g.selectOutputs(g.weightedSum(y[0], choice.weights, kUsed));
    auto backend = prepared(std::move(g), logits, {.tokens = 30, .context = 30});

    for (const std::size_t count : {1u, 30u}) {
        std::vector<std::int32_t> ids(count);
        for (std::size_t t = 0; t < count; ++t) ids[t] = static_cast<std::int32_t>(t * 7 % 10);
        std::vector<float> expected;
        for (std::int32_t id : ids) {
            std::vector<std::pair<double, int>> scores;
            for (int e = 0; e < kExperts; ++e) {
                double s = 0;
                for (int i = 0; i < 6; ++i) s += double(at(router, e, i)) * at(table, id, i);
                scores.emplace_back(-s, e);
            }
            std::ranges::sort(scores);
            const double w0 = std::exp(-scores[0].first), w1 = std::exp(-scores[1].first);
            for (int r = 0; r < 3; ++r) {
                double sum = 0;
                for (int c = 0; c < kUsed; ++c) {
                    const int e = scores[std::size_t(c)].second;
                    double part = 0;
                    for (int h = 0; h < 5; ++h)
                        for (int i = 0; i < 6; ++i) part += double(at(down, r, h, e)) * at(up, h, i, e) * at(table, id, i);
                    sum += part * (c == 0 ? w0 : w1) / (w0 + w1);
                }
                expected.push_back(static_cast<float>(sum));
            }
        }
        EXPECT_THAT(run(*backend, ids, 0, std::int64_t(count)), Pointwise(FloatNear(1e-3f), expected));
    }
}

// What an observer saw: for each product its first weight, the rows and their values.
struct Seen final : backend::ProductObserver {
    struct Product {
        const tensor::Weight* weight = nullptr;
        std::vector<float> values;
        std::vector<std::int32_t> chosen;
    };
    void product(const graph::Matmul& op, const float* x, std::int64_t stride, std::int64_t rows) override
    {
        Product& p = products.emplace_back();
        p.weight = op.products.front().weight;
        for (std::int64_t r = 0; r < rows; ++r) p.values.insert(p.values.end(), x + r * stride, x + r * stride + p.weight->in());
    }
    void expertProduct(const graph::ExpertMatmul& op, const float* x, const std::int32_t* chosen, std::int64_t rows) override
    {
        Product& p = products.emplace_back();
        p.weight = op.weights.front();
        p.values.assign(x, x + rows * p.weight->in() * (op.perChoice ? op.used : 1));
        p.chosen.assign(chosen, chosen + rows * op.used);
    }
    std::vector<Product> products;
};

TEST_F(Executor, AnObserverSeesTheInputsOfProducts)
{
    const auto* table = weight(8, 9);
    const auto *w = weight(4, 4), *router = weight(4, 3), *up = weight(4, 6, 3), *down = weight(6, 4, 3), *out = weight(4, 5);
    Builder g;
    const ValueId x = g.columns(g.embed(table), 4, 4); // a view: rows are 8 values apart
    const auto y = g.selectOutputs(g.add(x, g.matmul(x, Product{w})));
    const auto choice = g.topExperts(g.softmax(g.matmul(y, Product{router})), 2, false);
    const ValueId hidden = g.expertMatmul(y, choice.chosen, 2, false, {up})[0];
    const ValueId mixed = g.weightedSum(g.expertMatmul(hidden, choice.chosen, 2, true, {down})[0], choice.weights, 2);
    const ValueId logits = g.softCap(g.matmul(mixed, Product{out}), 3);
    auto backend = prepared(std::move(g), logits, {.tokens = 4, .context = 4});
    Seen seen;
    backend->observe(&seen);
    const auto all = run(*backend, {3, 1, 7}, 0, 3);

    std::vector<float> rows; // of the view
    for (const int id : {3, 1, 7})
        for (int i = 4; i < 8; ++i) rows.push_back(at(table, id, i));
    ASSERT_EQ(seen.products.size(), 5u);
    EXPECT_EQ(seen.products[0].weight, w);
    EXPECT_EQ(seen.products[0].values, rows);
    std::vector<float> sums = rows;
    for (std::size_t r = 0; r < 3; ++r)
        for (int o = 0; o < 4; ++o)
            for (std::size_t i = 0; i < 4; ++i) sums[4 * r + std::size_t(o)] += at(w, o, std::int64_t(i)) * rows[4 * r + i];
    EXPECT_EQ(seen.products[1].weight, router);
    EXPECT_THAT(seen.products[1].values, Pointwise(FloatNear(1e-4f), sums));
    EXPECT_EQ(seen.products[2].weight, up);
    EXPECT_EQ(seen.products[2].values, seen.products[1].values);
    ASSERT_EQ(seen.products[3].weight, down);
    EXPECT_EQ(seen.products[3].chosen, seen.products[2].chosen);
    ASSERT_EQ(seen.products[3].values.size(), 3u * 2 * 6);
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t k = 0; k < 2; ++k)
            for (int o = 0; o < 6; ++o) {
                double sum = 0;
                for (int i = 0; i < 4; ++i) sum += double(at(up, o, i, seen.products[3].chosen[2 * r + k])) * sums[4 * r + std::size_t(i)];
                EXPECT_NEAR(seen.products[3].values[(2 * r + k) * 6 + std::size_t(o)], sum, 1e-3);
            }
    EXPECT_EQ(seen.products[4].weight, out);

    // Without a place for logits the last product is only seen, and everything before it is as it was.
    const auto before = seen.products;
    seen.products.clear();
    const std::vector<std::int32_t> ids{3, 1, 7};
    const backend::Stretch stretch{.tokens = 3, .outputs = 3};
    ASSERT_TRUE(backend->run({.ids = ids, .stretches = {&stretch, 1}}, {}));
    ASSERT_EQ(seen.products.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(seen.products[i].values, before[i].values) << i;

    // Nothing is wanted: only the product that all tokens need.
    seen.products.clear();
    const backend::Stretch silent{.tokens = 3};
    ASSERT_TRUE(backend->run({.ids = ids, .stretches = {&silent, 1}}, {}));
    EXPECT_EQ(seen.products.size(), 1u);
    backend->observe(nullptr);
    EXPECT_EQ(run(*backend, {3, 1, 7}, 0, 3), all);
    EXPECT_EQ(seen.products.size(), 1u);
}

TEST_F(Executor, StopsWhenAsked)
{
    const auto* table = weight(6, 9);
    Builder g;
    const ValueId logits = g.selectOutputs(g.embed(table));
    auto backend = prepared(std::move(g), logits, {.tokens = 2, .context = 2});
    std::stop_source stop;
    stop.request_stop();
    const std::vector<std::int32_t> ids{1};
    std::vector<float> out(6);
    const backend::Stretch stretch{.tokens = std::int64_t(ids.size()), .outputs = 1};
    const auto stopped = backend->run({.ids = ids, .stretches = {&stretch, 1}, .logits = out.data()}, stop.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
}

TEST_F(Executor, ABlockCacheNeedsWholeBlocksInAHead)
{
    const auto* table = weight(32, 9);
    Builder g;
    const ValueId x = g.embed(table);
    g.cacheWrite(0, x, x, 2); // heads of 16
    const ValueId logits = g.selectOutputs(x);
    auto backend = makeCpuBackend(m_pool);
    const auto refused = backend->prepare(std::make_shared<const graph::Graph>(std::move(g).finish(logits)),
                                          {.tokens = 1, .context = 8, .key = backend::CacheType::Q8_0, .value = backend::CacheType::F16});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
}

TEST_F(Executor, ACacheTooLargeToAddressIsAnError)
{
    const auto* table = weight(32, 9);
    Builder g;
    const ValueId x = g.embed(table);
    for (int layer = 0; layer < 100; ++layer) g.cacheWrite(layer, x, x, 1);
    const ValueId logits = g.selectOutputs(x);
    auto backend = makeCpuBackend(m_pool);
    const auto refused = backend->prepare(std::make_shared<const graph::Graph>(std::move(g).finish(logits)), {.tokens = 1, .context = std::int64_t(1) << 50});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
}

} // namespace
} // namespace corral::cpu
