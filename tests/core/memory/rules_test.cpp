#include "core/generate/layer_places.h"
#include "core/memory/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace corral::memory {
namespace {

using generate::DeviceRoom;
using generate::gpuLayersThatFit;
using generate::placeLayers;
using testing::ElementsAre;

TEST(Rules, SevenBillionInBf16)
{
    const auto type = bytesPerParameter("bf16");
    ASSERT_TRUE(type);
    const Rules rules = rulesOfThumb(*parseParameterCount("7B"), type->bytes);
    EXPECT_EQ(rules.inference.bytes, 14'000'000'000u);
    EXPECT_EQ(rules.training.bytes, 56'000'000'000u);
    EXPECT_EQ(rules.deployment.bytes, 18'200'000'000u);
    for (const Quantity* q : {&rules.inference, &rules.training, &rules.deployment}) {
        EXPECT_FALSE(q->formula.empty());
        EXPECT_FALSE(q->assumptions.empty());
    }
}

TEST(Rules, ParameterCounts)
{
    EXPECT_EQ(parseParameterCount("1.5B"), 1'500'000'000u);
    EXPECT_EQ(parseParameterCount("350M"), 350'000'000u);
    EXPECT_EQ(parseParameterCount("0.5b"), 500'000'000u);
    EXPECT_EQ(parseParameterCount("7 b"), 7'000'000'000u);
    EXPECT_EQ(parseParameterCount("900k"), 900'000u);
    EXPECT_EQ(parseParameterCount("1.2T"), 1'200'000'000'000u);
    EXPECT_EQ(parseParameterCount("134515008"), 134'515'008u);
    for (const char* wrong : {"", "B", "seven", "-7B", "0", "7BB", "7B3", "1e9", "nan", "inf", "1e400B", "7,5B", "999999999T"}) EXPECT_FALSE(parseParameterCount(wrong)) << wrong;
    EXPECT_EQ(parameterCountText(7'000'000'000), "7B");
    EXPECT_EQ(parameterCountText(134'515'008), "134.5M");
    EXPECT_EQ(parameterCountText(12), "12");
}

TEST(Rules, BytesOfTypes)
{
    const auto bytes = [](std::string_view type) { return bytesPerParameter(type).transform([](const auto& b) { return b.bytes; }).value_or(-1); };
    for (const char* four : {"f32", "F32", "fp32", "float32"}) EXPECT_EQ(bytes(four), 4) << four;
    for (const char* two : {"bf16", "BF16", "f16", "fp16", "half"}) EXPECT_EQ(bytes(two), 2) << two;
    for (const char* one : {"fp8", "int8", "INT8"}) EXPECT_EQ(bytes(one), 1) << one;
    EXPECT_EQ(bytes("int4"), 0.5);
    EXPECT_EQ(bytes("q8_0"), 34.0 / 32);
    EXPECT_EQ(bytes("q4_0"), 18.0 / 32);
    EXPECT_EQ(bytes("Q4_K"), 144.0 / 256);
    EXPECT_EQ(bytes("q6_k"), 210.0 / 256);
    EXPECT_NEAR(bytes("Q4_K_M") * 8, 4.89, 0.02);
    EXPECT_NEAR(bytes("q5_k_m") * 8, 5.7, 0.02);
    EXPECT_LT(bytes("Q3_K_S"), bytes("Q3_K_M"));
    for (const char* wrong : {"", "q9", "q4_k_xl", "bf", "f", "16"}) EXPECT_EQ(bytes(wrong), -1) << wrong;
}

TEST(Quantities, NeverOverflow)
{
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(product({kMost, 2}), kMost);
    EXPECT_EQ(product({kMost, kMost, 0}), 0u);
    EXPECT_EQ(product({3, 5, 7}), 105u);
    EXPECT_EQ(sum({kMost, 1}), kMost);
    EXPECT_EQ(roundedBytes(1e300), kMost);
    EXPECT_EQ(roundedBytes(-1), 0u);
    EXPECT_EQ(rulesOfThumb(kMost).training.bytes, kMost);
    EXPECT_EQ(rulesOfThumb(kMost).deployment.bytes, kMost);
    EXPECT_EQ(rulesOfThumb(0).deployment.bytes, 0u);
}

TEST(Placement, LastLayersGoFirst)
{
    const DeviceRoom one[] = {{.free = 100}};
    EXPECT_THAT(placeLayers(5, 2, one), ElementsAre(-1, -1, -1, 0, 0));
    EXPECT_THAT(placeLayers(3, 99, one), ElementsAre(0, 0, 0));
    const std::vector<generate::DeviceRoom> fullAndEmpty{{.free = 90, .fixed = 100}, {.free = 1000, .fixed = 100}};
    EXPECT_THAT(placeLayers(4, 3, fullAndEmpty), ElementsAre(-1, 1, 1, 1)) << "a full device does not keep layers from the others";
    EXPECT_EQ(gpuLayersThatFit(std::vector<std::uint64_t>(4, 200), fullAndEmpty), 4);
    EXPECT_THAT(placeLayers(3, -1, one), ElementsAre(-1, -1, -1));
    EXPECT_THAT(placeLayers(3, 3, {}), ElementsAre(-1, -1, -1));
    const DeviceRoom two[] = {{.free = 100}, {.free = 300}};
    EXPECT_THAT(placeLayers(5, 4, two), ElementsAre(-1, 0, 1, 1, 1)) << "a quarter and three quarters";
    const DeviceRoom empty[] = {{.free = 0}, {.free = 0}};
    EXPECT_THAT(placeLayers(2, 2, empty), ElementsAre(0, 0));
}

TEST(Placement, AsManyAsFit)
{
    const std::uint64_t layers[] = {10, 10, 10, 10, 40};
    const auto fit = [&](std::initializer_list<DeviceRoom> rooms) { return gpuLayersThatFit(layers, std::vector<DeviceRoom>(rooms)); };
    EXPECT_EQ(fit({}), 0);
    EXPECT_EQ(fit({{.free = 39}}), 0);
    EXPECT_EQ(fit({{.free = 40}}), 1);
    EXPECT_EQ(fit({{.free = 59}}), 2);
    EXPECT_EQ(fit({{.free = 80}}), 5);
    EXPECT_EQ(fit({{.free = 80, .fixed = 1}}), 4);
    EXPECT_EQ(fit({{.free = 1000, .fixed = 990}}), 0);
    EXPECT_EQ(fit({{.free = 50}, {.free = 50}}), 5) << "two blocks and a half: three and the others";
}

} // namespace
} // namespace corral::memory
