#include "core/quantize/imatrix.h"

#include <gmock/gmock.h>

namespace corral::quantize {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Imatrix matrix(std::uint32_t chunks, std::uint32_t chunkSize, std::string dataset)
{
    Imatrix m;
    m.chunkCount = chunks;
    m.chunkSize = chunkSize;
    m.datasets = {std::move(dataset)};
    return m;
}

TEST(ImatrixMerge, SumsCountsAndChunksAddUp)
{
    Imatrix a = matrix(2, 100, "a.txt"), b = matrix(3, 100, "b.txt");
    a.set("x", {.sumSquares = {1, 2}, .counts = {200}});
    a.set("only a", {.sumSquares = {5}, .counts = {200}});
    b.set("x", {.sumSquares = {10, 20}, .counts = {300}});
    b.set("experts", {.sumSquares = {1, 2, 3, 4}, .counts = {100, 0}});
    ASSERT_TRUE(a.merge(b));
    ASSERT_TRUE(a.merge(b)); // the same text again is named once
    EXPECT_EQ(a.chunkCount, 8u);
    EXPECT_EQ(a.chunkSize, 100u);
    EXPECT_THAT(a.datasets, ElementsAre("a.txt", "b.txt"));
    EXPECT_THAT(a.entries().at("x").sumSquares, ElementsAre(21, 42));
    EXPECT_THAT(a.entries().at("x").counts, ElementsAre(800));
    EXPECT_THAT(a.entries().at("only a").counts, ElementsAre(200));
    EXPECT_THAT(a.entries().at("experts").counts, ElementsAre(200, 0));
    EXPECT_NEAR(a.find("x")[1], 42 / 800.0, 1e-6);
}

TEST(ImatrixMerge, TheLegacyFormatCountsChunks)
{
    Imatrix legacy = matrix(4, 0, "old.txt");
    legacy.set("x", {.sumSquares = {4, 8, 12, 16}, .counts = {4}}); // mean squares 1 2 3 4, one count for both experts
    Imatrix tokens = matrix(1, 100, "new.txt");
    tokens.set("x", {.sumSquares = {100, 0, 600, 600}, .counts = {100, 200}});

    Imatrix a = tokens;
    ASSERT_TRUE(a.merge(legacy));
    Imatrix b = legacy;
    ASSERT_TRUE(b.merge(tokens));
    for (const Imatrix* m : {&a, &b}) {
        EXPECT_EQ(m->chunkSize, 100u);
        EXPECT_EQ(m->chunkCount, 5u);
        EXPECT_THAT(m->entries().at("x").counts, ElementsAre(500, 600));
        EXPECT_THAT(m->entries().at("x").sumSquares, ElementsAre(500, 800, 1800, 2200));
    }
    Imatrix fromNothing;
    ASSERT_TRUE(fromNothing.merge(legacy));
    EXPECT_EQ(fromNothing.chunkSize, 512u);
    EXPECT_THAT(fromNothing.entries().at("x").counts, ElementsAre(4 * 512));
    EXPECT_THAT(fromNothing.find("x"), ElementsAre(1, 2, 3, 4));
}

TEST(ImatrixMerge, OtherShapesAreRefused)
{
    Imatrix a = matrix(1, 100, "a"), b = matrix(1, 100, "b");
    a.set("x", {.sumSquares = {1, 2}, .counts = {1}});
    b.set("x", {.sumSquares = {1, 2, 3}, .counts = {1}});
    const auto refused = a.merge(b);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Format);
    EXPECT_THAT(refused.error().message, HasSubstr("x"));
}

} // namespace
} // namespace corral::quantize
