#include "core/tensor/weights.h"
#include "tests/support/gguf_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::tensor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t kI32 = 26;

std::shared_ptr<const gguf::File> parse(const std::vector<std::byte>& bytes)
{
    auto file = gguf::File::parse(bytes);
    EXPECT_TRUE(file) << file.error().message;
    return file ? *file : nullptr;
}

bool nothingIgnored(std::string_view) { return false; }

TEST(Weights, ViewsAndConvertsVectors)
{
    test::GgufBuilder b;
    b.tensorF32("norm", {3}, {1, 2, 3});
    b.tensor("half", {2}, quant::kF16, {std::byte(0x00), std::byte(0x3c), std::byte(0x00), std::byte(0xc0)}); // 1, -2
    b.tensorF32("w", {2, 3}, {1, 2, 3, 4, 5, 6});
    const auto bytes = b.build();
    Weights weights(parse(bytes));
    EXPECT_THAT(weights.vector("norm", 3), ElementsAre(1, 2, 3));
    EXPECT_THAT(weights.vector("half", 2), ElementsAre(1, -2));
    const Weight* w = weights.matrix("w", {2, 3});
    ASSERT_TRUE(w);
    EXPECT_EQ(w->in(), 2);
    EXPECT_EQ(w->out(), 3);
    EXPECT_EQ(w->experts(), 1);
    EXPECT_GE(w->data, bytes.data()); // a view, not a copy
    EXPECT_LT(w->data, bytes.data() + bytes.size());
    EXPECT_EQ(weights.optionalMatrix("absent", {2, 3}), nullptr);
    EXPECT_TRUE(weights.optionalVector("absent", 2).empty());
    EXPECT_TRUE(weights.finish(nothingIgnored));
}

TEST(Weights, ReportsEveryMismatchAtOnce)
{
    test::GgufBuilder b;
    b.tensorF32("a.weight", {2, 3}, std::vector<float>(6));
    b.tensorF32("b.weight", {4}, std::vector<float>(4));
    b.tensor("c.weight", {1, 1}, kI32, std::vector<std::byte>(4));
    const auto bytes = b.build();
    Weights weights(parse(bytes));
    EXPECT_EQ(weights.matrix("a.weight", {3, 2}), nullptr);
    EXPECT_TRUE(weights.vector("b.weight", 5).empty());
    EXPECT_EQ(weights.matrix("c.weight", {1, 1}), nullptr);
    EXPECT_EQ(weights.matrix("d.weight", {7, 8, 9}), nullptr);
    const auto ok = weights.finish(nothingIgnored);
    ASSERT_FALSE(ok);
    EXPECT_EQ(ok.error().code, ErrorCode::Format);
    EXPECT_THAT(ok.error().message, HasSubstr("a.weight: expected [3, 2], file has [2, 3]"));
    EXPECT_THAT(ok.error().message, HasSubstr("b.weight: expected [5], file has [4]"));
    EXPECT_THAT(ok.error().message, HasSubstr("c.weight: type"));
    EXPECT_THAT(ok.error().message, HasSubstr("d.weight: missing, expected [7, 8, 9]"));
}

TEST(Weights, ListsThousandsOfMissingTensorsButNotMillions)
{
    test::GgufBuilder b;
    b.tensorF32("a", {1}, {1});
    const auto bytes = b.build();
    const auto file = parse(bytes);
    const auto missing = [&](int count) {
        Weights weights(file);
        for (int i = 0; i < count; ++i) weights.vector(std::format("blk.{}.missing", i), 64);
        const auto ok = weights.finish([](std::string_view) { return true; });
        return ok ? "" : ok.error().message;
    };
    EXPECT_THAT(missing(4000), testing::AllOf(HasSubstr("blk.0.missing"), HasSubstr("blk.3999.missing"), Not(HasSubstr(" more"))));
    const std::string many = missing(20000);
    EXPECT_LT(many.size(), 300'000u);
    EXPECT_THAT(many, testing::ContainsRegex("; and [0-9]+ more$"));
}

TEST(Weights, OptionalOnesMayBeAbsentButNotMisshapen)
{
    test::GgufBuilder b;
    b.tensorF32("a.bias", {2}, {1, 2});
    const auto bytes = b.build();
    Weights weights(parse(bytes));
    EXPECT_TRUE(weights.optionalVector("a.bias", 3).empty());
    EXPECT_FALSE(weights.finish(nothingIgnored));
}

TEST(Weights, RefusesTensorsNobodyAskedFor)
{
    test::GgufBuilder b;
    b.tensorF32("known", {1}, {1}).tensorF32("sinks", {1}, {1}).tensorF32("harmless", {1}, {1});
    const auto bytes = b.build();
    Weights weights(parse(bytes));
    weights.vector("known", 1);
    const auto ok = weights.finish([](std::string_view name) { return name == "harmless"; });
    ASSERT_FALSE(ok);
    EXPECT_EQ(ok.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(ok.error().message, HasSubstr("sinks"));
    EXPECT_THAT(ok.error().message, Not(HasSubstr("harmless")));
}

} // namespace
} // namespace corral::tensor
