// On Mesa's software device: attention over caches of every type, against double precision on what the cache holds.
#include "core/backend/vulkan/ops/attention.h"
#include "tests/core/vulkan/device.h"
#include "tests/core/vulkan/numbers.h"
#include "tests/support/cards.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace corral::vulkan {
namespace {

using backend::CacheType;

struct Case {
    graph::Attention op;
    std::int64_t firstPosition = 0, queries = 1;
    CacheType type = CacheType::F32;
    double limit = test::kSingle;
    AttentionTuning tuning = {.rows = 4, .groups = 8};
};

class AttentionOnCard : public testing::Test {
protected:
    void SetUp() override
    {
        CORRAL_NEEDS_CARD(device, device.problem);
    }
    void TearDown() override
    {
        if (device) {
            EXPECT_TRUE(device.messages().empty()) << device.messages().front();
        }
    }

    // Keys and values of all positions go through writeCache(), then the queries attend. Changes them before that if asked to.
    std::vector<float> compute(const Case& c, const std::function<void(std::vector<float>& q, std::vector<float>& k, std::vector<float>& v)>& change = {})
    {
        const graph::Attention& op = c.op;
        const std::int64_t positions = c.firstPosition + c.queries, keyWidth = op.kvHeads * op.keySize, valueWidth = op.kvHeads * op.valueSize;
        q = test::normals(static_cast<std::size_t>(c.queries * op.heads * op.keySize), 1);
        k = test::normals(static_cast<std::size_t>(positions * keyWidth), 2);
        v = test::normals(static_cast<std::size_t>(positions * valueWidth), 3);
        if (change) change(q, k, v);
        Buffer queries = device.upload(std::as_bytes(std::span(q)), 0), keys = device.upload(std::as_bytes(std::span(k)), 0), values = device.upload(std::as_bytes(std::span(v)), 0);
        Buffer sinks = device.upload(std::as_bytes(op.sinks), 0);
        Buffer keyCache = device.room(static_cast<std::uint64_t>(positions * cacheRowBytes(c.type, keyWidth)));
        Buffer valueCache = device.room(static_cast<std::uint64_t>(positions * cacheRowBytes(c.type, valueWidth)));
        Buffer out = device.room(static_cast<std::uint64_t>(c.queries * op.heads * op.valueSize) * sizeof(float)), pieces = device.room(pieceBytes(c.tuning, op));
        EXPECT_TRUE(device.commands.begin());
        EXPECT_TRUE(writeCache(device.commands, c.type, {keys.address(), keyWidth, keyWidth, positions}, keyCache.address()));
        EXPECT_TRUE(writeCache(device.commands, c.type, {values.address(), valueWidth, valueWidth, positions}, valueCache.address()));
        device.commands.barrier();
        const std::int64_t inWidth = op.heads * op.keySize, outWidth = op.heads * op.valueSize;
        const Attending attending{.q = {queries.address(), inWidth, inWidth, c.queries}, .out = {out.address(), outWidth, outWidth, c.queries}, .keys = keyCache.address(),
                                  .values = valueCache.address(), .sinks = op.sinks.empty() ? 0 : sinks.address(), .pieces = pieces.address(), .firstPosition = c.firstPosition,
                                  .key = c.type, .value = c.type};
        EXPECT_TRUE(attend(device.commands, c.tuning, op, attending));
        EXPECT_TRUE(device.commands.submitAndWait());
        std::vector<float> y(static_cast<std::size_t>(c.queries * outWidth));
        std::memcpy(y.data(), out.mapped(), y.size() * sizeof(float));
        return y;
    }

    std::vector<double> exact(const Case& c) const
    {
        const graph::Attention& op = c.op;
        std::vector<double> y(static_cast<std::size_t>(c.queries * op.heads * op.valueSize));
        for (std::int64_t t = 0; t < c.queries; ++t)
            for (std::int64_t h = 0; h < op.heads; ++h) {
                const std::int64_t kv = h / (op.heads / op.kvHeads), position = c.firstPosition + t;
                const std::int64_t first = op.window > 0 ? std::max<std::int64_t>(0, position - op.window + 1) : 0;
                double total = op.sinks.empty() ? 0 : std::exp(double(op.sinks[static_cast<std::size_t>(h)]));
                double* to = y.data() + (t * op.heads + h) * op.valueSize;
                for (std::int64_t j = first; j <= position; ++j) {
                    double score = 0;
                    for (std::int64_t i = 0; i < op.keySize; ++i)
                        score += double(q[static_cast<std::size_t>((t * op.heads + h) * op.keySize + i)]) * k[static_cast<std::size_t>((j * op.kvHeads + kv) * op.keySize + i)];
                    score *= op.scale;
                    if (op.softCap > 0) score = op.softCap * std::tanh(score / op.softCap);
                    const double weight = std::exp(score);
                    total += weight;
                    for (std::int64_t i = 0; i < op.valueSize; ++i) to[i] += weight * v[static_cast<std::size_t>((j * op.kvHeads + kv) * op.valueSize + i)];
                }
                for (std::int64_t i = 0; i < op.valueSize; ++i) to[i] /= total;
            }
        return y;
    }

    void check(const char* what, const Case& c)
    {
        SCOPED_TRACE(what);
        const auto y = compute(c);
        EXPECT_LT(test::normalizedError(y, exact(c)), c.limit);
    }

    test::Device device;
    std::vector<float> q, k, v;
};

graph::Attention heads(std::int64_t all, std::int64_t kv, std::int64_t size) { return {.heads = all, .kvHeads = kv, .keySize = size, .valueSize = size, .scale = 0.125f}; }

TEST_F(AttentionOnCard, HeadsThatShareKeys)
{
    check("one key", {.op = heads(4, 4, 64)});
    check("a prompt", {.op = heads(4, 1, 64), .queries = 33});
    check("seven of a kind", {.op = heads(7, 1, 80), .firstPosition = 64, .queries = 2});
    check("a prompt that goes on", {.op = heads(6, 2, 20), .firstPosition = 100, .queries = 5});
    check("eight of a kind, as cards compute them", {.op = heads(16, 2, 64), .firstPosition = 70, .queries = 3, .tuning = {}});
}

TEST_F(AttentionOnCard, LargeHeads)
{
    graph::Attention op = heads(2, 1, 128);
    op.valueSize = 256;
    check("values larger than keys", {.op = op, .firstPosition = 65, .queries = 2});
}

TEST_F(AttentionOnCard, PiecesOfTheContext)
{
    check("two pieces", {.op = heads(4, 2, 64), .firstPosition = 512});
    check("pieces and several queries", {.op = heads(2, 1, 64), .firstPosition = 1100, .queries = 2});
    graph::Attention op = heads(4, 1, 64);
    op.window = 600;
    check("a window over pieces", {.op = op, .firstPosition = 1100, .queries = 2, .tuning = {.rows = 4, .groups = 8, .pieceKeys = 64}});
    const std::vector<float> sinks{1, -2, 0.5f, 3};
    op.sinks = sinks;
    check("sinks and pieces", {.op = op, .firstPosition = 1023});
}

TEST_F(AttentionOnCard, WindowsSinksAndCaps)
{
    graph::Attention op = heads(4, 2, 64);
    op.window = 32;
    check("a window", {.op = op, .firstPosition = 90, .queries = 70});
    const std::vector<float> sinks{1, -2, 0.5f, 3};
    op.sinks = sinks;
    check("sinks", {.op = op, .firstPosition = 3, .queries = 2});
    op.softCap = 2;
    check("a cap", {.op = op, .firstPosition = 40, .queries = 1});
}

TEST_F(AttentionOnCard, CachesOfHalvesAndBytes)
{
    check("halves", {.op = heads(4, 2, 64), .firstPosition = 100, .queries = 3, .type = CacheType::F16, .limit = test::kHalf});
    check("bytes", {.op = heads(4, 2, 64), .firstPosition = 100, .queries = 3, .type = CacheType::Q8_0, .limit = test::kEightBits});
}

TEST_F(AttentionOnCard, WhatIsNoNumberShows)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Case c{.op = heads(2, 1, 64), .firstPosition = 8, .queries = 3};
    const auto count = [&](const std::vector<float>& y, std::size_t row) {
        return std::count_if(y.begin() + static_cast<std::ptrdiff_t>(row * 64), y.begin() + static_cast<std::ptrdiff_t>((row + 1) * 64), [](float x) { return std::isnan(x); });
    };
    auto y = compute(c, [&](auto& queries, auto&, auto&) { queries[64 * 3 + 5] = nan; }); // of token 1, head 1
    for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(count(y, row), row == 3 ? 64 : 0) << row;
    y = compute(c, [&](auto&, auto& keys, auto&) { keys[64 * 9] = nan; }); // seen from token 1 on
    for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(count(y, row), row >= 2 ? 64 : 0) << row;
    y = compute(c, [&](auto&, auto&, auto& values) { values[64 * 9 + 7] = nan; });
    for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(count(y, row), row >= 2 ? 1 : 0) << row;
    Case capped = c;
    capped.op.softCap = 5;
    y = compute(capped, [&](auto&, auto& keys, auto&) { keys[0] = nan; });
    for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(count(y, row), 64) << row;
}

} // namespace
} // namespace corral::vulkan
