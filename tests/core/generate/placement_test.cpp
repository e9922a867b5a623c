#include "core/generate/placement.h"

#include "core/backend/vulkan/devices.h"
#include "core/base/memory_status.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace corral::generate {
namespace {

using testing::Each;
using testing::Gt;
using testing::SizeIs;

constexpr std::uint64_t kMiB = std::uint64_t(1) << 20;

class PlacementTest : public testing::Test {
protected:
    void SetUp() override
    {
        test::TinyModel{}.write(dir / "tiny.gguf");
        file = gguf::File::open(dir / "tiny.gguf").value();
    }
    test::TempDir dir;
    std::shared_ptr<const gguf::File> file;
};

TEST_F(PlacementTest, EveryByteOfAModelBelongsToOneLayer)
{
    const auto bytes = modelBytes(file, {.contextLength = 100, .batch = 32});
    ASSERT_TRUE(bytes) << bytes.error().message;
    const auto model = LoadedModel::load(file).value();
    auto session = Session::create(model, {.contextLength = 100, .batch = 32}).value();
    ASSERT_THAT(bytes->layers, SizeIs(session->placement().modelLayers));
    std::uint64_t weights = 0, cache = 0;
    for (const LayerBytes& layer : bytes->layers) {
        weights += layer.weights;
        cache += layer.cache;
    }
    const auto* table = file->tensor("token_embd.weight");
    EXPECT_EQ(weights, model->weightBytes() - (file->tensor("output.weight") ? table->bytes : 0)) << "tokens are looked up by the processor";
    EXPECT_EQ(cache, session->cacheBytes());
    EXPECT_THAT(bytes->perLayer(), Each(Gt(0u)));
    EXPECT_EQ(bytes->layers.back().cache, 0u);
    EXPECT_EQ(modelBytes(file, {.contextLength = 100, .batch = 32}, 3)->layers.front().cache, 3 * bytes->layers.front().cache);
    EXPECT_EQ(modelBytes(file, {.contextLength = 100, .batch = 0}).error().code, ErrorCode::InvalidArgument);
}

TEST_F(PlacementTest, AsManyLayersAsTheMarginLeaves)
{
    const ModelBytes model{.layers = {{100 * kMiB, 10 * kMiB}, {100 * kMiB, 10 * kMiB}, {100 * kMiB, 10 * kMiB}, {50 * kMiB, 0}}, .computeBytes = 20 * kMiB};
    EXPECT_EQ(cardMargin(kMiB), 512 * kMiB);
    EXPECT_EQ(cardMargin(40'000 * kMiB), 2'000 * kMiB);
    EXPECT_EQ(cardBytes(model, 0), 0u);
    EXPECT_EQ(cardBytes(model, 1), 70 * kMiB);
    EXPECT_EQ(cardBytes(model, 3), 290 * kMiB);
    EXPECT_EQ(cardBytes(model, 99), 400 * kMiB);
    const auto fit = [&](std::initializer_list<std::uint64_t> free) { return layersThatFit(model, std::vector<std::uint64_t>(free)); };
    EXPECT_EQ(fit({}), 0);
    EXPECT_EQ(fit({0}), 0);
    EXPECT_EQ(fit({512 * kMiB + 70 * kMiB - 1}), 0);
    EXPECT_EQ(fit({512 * kMiB + 70 * kMiB}), 1);
    EXPECT_EQ(fit({512 * kMiB + 290 * kMiB}), 3);
    EXPECT_EQ(fit({512 * kMiB + 400 * kMiB}), 4);
    EXPECT_EQ(fit({512 * kMiB + 240 * kMiB, 512 * kMiB + 240 * kMiB}), 4) << "two of them hold what one does not";
}

TEST(TakenByItself, NotThePartOfAProcessor)
{
    EXPECT_TRUE(takenByItself({.type = vulkan::DeviceType::Discrete}));
    EXPECT_TRUE(takenByItself({.type = vulkan::DeviceType::Virtual}));
    EXPECT_FALSE(takenByItself({.type = vulkan::DeviceType::Integrated}));
}

TEST(CardFree, WhatIsKnownIsLess)
{
    EXPECT_EQ(cardFree({.memory = 1000 * kMiB, .freeMemory = 700 * kMiB}), 700 * kMiB);
    EXPECT_EQ(cardFree({.memory = 1000 * kMiB}), 800 * kMiB);
    if (const auto available = memoryStatus().available; available > 0) {
        EXPECT_LT(cardFree({.memory = 1000 * available, .freeMemory = 900 * available, .unified = true}), 900 * available);
    }
}

} // namespace
} // namespace corral::generate
