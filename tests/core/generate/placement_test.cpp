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
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
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
    const auto fit = [&](std::initializer_list<std::uint64_t> free) {
        std::vector<Card> cards;
        for (const std::uint64_t bytes : free) cards.push_back({.id = {}, .name = {}, .free = bytes});
        return planLayers(model, {}, cards).layers;
    };
    EXPECT_EQ(fit({}), 0);
    EXPECT_EQ(fit({0}), 0);
    EXPECT_EQ(fit({512 * kMiB + 70 * kMiB - 1}), 0);
    EXPECT_EQ(fit({512 * kMiB + 70 * kMiB}), 1);
    EXPECT_EQ(fit({512 * kMiB + 290 * kMiB}), 3);
    EXPECT_EQ(fit({512 * kMiB + 400 * kMiB}), 4);
    EXPECT_EQ(fit({512 * kMiB + 240 * kMiB, 512 * kMiB + 240 * kMiB}), 4) << "two of them hold what one does not";
}

class Pieces : public testing::Test {
protected:
    Plan plan(int layers, std::uint64_t largest, std::uint64_t free = 10'000 * kMiB) const
    {
        const Card card{.id = {}, .name = "Card", .free = free, .largest = largest};
        return planLayers(model, {.layers = layers}, {&card, 1});
    }
    ModelBytes model{.layers = {{100 * kMiB, 10 * kMiB, 40 * kMiB}, {100 * kMiB, 10 * kMiB, 60 * kMiB}, {100 * kMiB, 10 * kMiB, 40 * kMiB}, {300 * kMiB, 0, 300 * kMiB}},
                     .computeBytes = 20 * kMiB,
                     .largestCompute = 10 * kMiB};
};

TEST_F(Pieces, AnOutputThatIsTooLargeStaysBehind)
{
    EXPECT_THAT(plan(Offload::kAll, 301 * kMiB).places, ElementsAre(0, 0, 0, 0));
    const Plan all = plan(Offload::kAll, 300 * kMiB);
    EXPECT_THAT(all.places, ElementsAre(0, 0, 0, -1));
    EXPECT_EQ(all.layers, 3);
    EXPECT_THAT(all.note, HasSubstr("Card gives 0.3 GB in one piece, the output has one of 0.3 GB: 3 of 4 layers"));
    const Plan automatic = plan(Offload::kAuto, 300 * kMiB);
    EXPECT_THAT(automatic.places, ElementsAre(0, 0, 0, -1));
    EXPECT_THAT(automatic.note, IsEmpty());
    EXPECT_THAT(plan(2, 300 * kMiB).places, ElementsAre(-1, -1, 0, -1));
    EXPECT_THAT(plan(1, 300 * kMiB).places, Each(-1)) << "that would be the output";
    EXPECT_THAT(plan(1, 300 * kMiB).note, HasSubstr("0 of 4 layers"));
}

TEST_F(Pieces, ALayerThatIsTooLargeKeepsThoseBeforeIt)
{
    const Plan some = plan(Offload::kAll, 50 * kMiB);
    EXPECT_THAT(some.places, ElementsAre(-1, -1, 0, -1));
    EXPECT_THAT(plan(Offload::kAuto, 50 * kMiB).places, ElementsAre(-1, -1, 0, -1));
    model.layers.back() = {30 * kMiB, 0, 30 * kMiB};
    const Plan more = plan(3, 50 * kMiB);
    EXPECT_THAT(more.places, ElementsAre(-1, -1, 0, 0));
    EXPECT_THAT(more.note, HasSubstr("layer 1 has one of 0.1 GB: 2 of 4 layers"));
    EXPECT_THAT(plan(2, 50 * kMiB).note, IsEmpty());
}

TEST_F(Pieces, ABatchThatIsTooLarge)
{
    model.largestCompute = 400 * kMiB;
    const Plan none = plan(Offload::kAll, 350 * kMiB);
    EXPECT_THAT(none.places, Each(-1));
    EXPECT_THAT(none.note, HasSubstr("computing so many tokens at once takes 0.4 GB"));
}

TEST_F(Pieces, TheNarrowestOfSeveralCounts)
{
    const Card cards[] = {{.id = {}, .name = "Wide", .free = 1000 * kMiB}, {.id = {}, .name = "Narrow", .free = 1000 * kMiB, .largest = 100 * kMiB}};
    const Plan both = planLayers(model, {.layers = Offload::kAll}, cards);
    EXPECT_THAT(both.places, ElementsAre(0, 0, 1, -1));
    EXPECT_THAT(both.note, HasSubstr("Narrow gives"));
}

TEST_F(Pieces, WhatIsMissingIsKnown)
{
    const Plan little = plan(Offload::kAll, 300 * kMiB, 260 * kMiB);
    EXPECT_THAT(little.places, ElementsAre(-1, 0, 0, -1));
    EXPECT_THAT(little.wished, ElementsAre(0, 0, 0, -1));
    EXPECT_THAT(little.note, HasSubstr("only 0.3 GB are free on Card: 2 of 4 layers"));
    EXPECT_THAT(planLayers(model, {.layers = Offload::kAll, .cards = false}, {}).wished, Each(-1));
}

// After a card has failed fewer layers are asked for: nothing is said of pieces or memory, which have room.
TEST_F(Pieces, FewerThanWishedNeedNoReason)
{
    const Card card{.id = {}, .name = "Card", .free = 10'000 * kMiB};
    for (const int most : {0, 1}) {
        const Plan fewer = planLayers(model, {.layers = Offload::kAll}, {&card, 1}, most);
        EXPECT_EQ(fewer.layers, most);
        EXPECT_THAT(fewer.note, IsEmpty());
        EXPECT_THAT(fewer.wished, Each(0));
    }
}

TEST_F(Pieces, OfAModelAreWhatItsLayersHave)
{
    test::TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    const auto file = gguf::File::open(dir / "tiny.gguf").value();
    const auto bytes = modelBytes(file, {.contextLength = 100, .batch = 1});
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->layers.front().largest, file->tensor("blk.0.ffn_up.weight")->bytes);
    EXPECT_EQ(bytes->layers.back().largest, file->tensor("output.weight")->bytes);
    const auto long_ = modelBytes(file, {.contextLength = 10'000, .batch = 1}, 3);
    EXPECT_EQ(long_->layers.front().largest, 3 * long_->layers.front().cache / 6) << "keys and values are alike";
    EXPECT_GT(bytes->computeBytes, bytes->largestCompute);
}

TEST(CardsFor, ThoseThatAreNamedOrTheBest)
{
    const std::vector<vulkan::DeviceInfo> all{{.id = "a", .name = "A", .type = vulkan::DeviceType::Discrete, .memory = 1000, .freeMemory = 900, .largestAllocation = 400},
                                              {.id = "b", .name = "B", .type = vulkan::DeviceType::Integrated, .memory = 1000, .freeMemory = 800},
                                              {.id = "c", .name = "C", .type = vulkan::DeviceType::Software, .memory = 1000, .freeMemory = 700, .unusable = "slow"},
                                              {.id = "d", .name = "D", .type = vulkan::DeviceType::Discrete, .unusable = "old"}};
    const auto ids = [&](const Offload& offload, std::span<const vulkan::DeviceInfo> of) {
        std::string text;
        for (const Card& card : cardsFor(offload, of).cards) text += card.id;
        return text;
    };
    EXPECT_EQ(ids({}, all), "a");
    EXPECT_EQ(cardsFor({}, all).cards.front().free, 900u);
    EXPECT_EQ(cardsFor({}, all).cards.front().largest, 400u);
    EXPECT_EQ(ids({.devices = {"b", "a", "b"}}, all), "ba");
    EXPECT_EQ(ids({.devices = {"c"}}, all), "c") << "who names it wants it";
    EXPECT_EQ(cardsFor({.devices = {"d"}}, all).note, "D: old");
    EXPECT_THAT(cardsFor({.devices = {"x"}}, all).note, HasSubstr("no graphics card x"));
    const auto last = std::span(all).subspan(1);
    EXPECT_EQ(ids({}, last), "");
    EXPECT_EQ(ids({.layers = 3}, last), "b");
    EXPECT_EQ(ids({.layers = 3}, last.subspan(1)), "");
    EXPECT_EQ(ids({.layers = 3, .software = true}, last.subspan(1)), "c");
    EXPECT_THAT(cardsFor({.layers = 3}, last.subspan(1)).note, HasSubstr("no graphics card of this machine"));
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
