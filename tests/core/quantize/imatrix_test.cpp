#include "core/quantize/imatrix.h"

#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>

namespace corral::quantize {
namespace {

using test::GgufBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class ImatrixFiles : public testing::Test {
protected:
    GgufBuilder header() const
    {
        GgufBuilder b;
        b.string("general.type", "imatrix").strings("imatrix.datasets", {"text.txt"}).u32("imatrix.chunk_count", 3).u32("imatrix.chunk_size", 512);
        return b;
    }
    std::string errorOf(const GgufBuilder& builder)
    {
        builder.write(file);
        return errorOf();
    }
    std::string errorOf()
    {
        const auto loaded = Imatrix::load(file);
        if (loaded) return "";
        EXPECT_EQ(loaded.error().code, ErrorCode::Format);
        EXPECT_THAT(loaded.error().message, HasSubstr(file.filename().string()));
        EXPECT_FALSE(loaded.error().message.contains('\n'));
        return loaded.error().message;
    }
    void write(const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }
    test::TempDir dir;
    fs::path file = dir / "imatrix.gguf";
};

template <class T> std::string raw(T value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }
std::string text(const std::string& t) { return raw(static_cast<std::int32_t>(t.size())) + t; }

TEST_F(ImatrixFiles, MeansOfEachMatrix)
{
    header().tensorF32("a.weight.in_sum2", {2, 3}, {2, 4, 9, 9, 5, 0}).tensorF32("a.weight.counts", {1, 3}, {2, 0, 5}).write(file);
    const auto imatrix = Imatrix::load(file);
    ASSERT_TRUE(imatrix) << imatrix.error().message;
    EXPECT_THAT(imatrix->find("a.weight"), ElementsAre(1, 2, 1, 1, 1, 0)) << "an expert that saw nothing weighs 1 everywhere";
    EXPECT_TRUE(imatrix->find("b.weight").empty());
    EXPECT_EQ(imatrix->chunkCount, 3u);
    EXPECT_EQ(imatrix->chunkSize, 512u);
    EXPECT_THAT(imatrix->datasets, ElementsAre("text.txt"));
    EXPECT_EQ(imatrix->file, file);
}

TEST_F(ImatrixFiles, SavedInBothFormatsAndReadBack)
{
    Imatrix made;
    made.datasets = {"text.txt"};
    made.chunkCount = 4;
    made.chunkSize = 8;
    made.set("blk.0.attn_q.weight", {.sumSquares = {32, 64, 0.5f}, .counts = {32}});
    made.set("blk.0.ffn_up_exps.weight", {.sumSquares = {8, 16, 7, 7}, .counts = {16, 0}});
    made.set("unseen.weight", {.sumSquares = {1, 2}, .counts = {0}});
    ASSERT_TRUE(made.save(file));
    const auto gguf = Imatrix::load(file);
    ASSERT_TRUE(gguf) << gguf.error().message;
    EXPECT_EQ(gguf->size(), 3u);
    EXPECT_EQ(gguf->datasets, made.datasets);
    EXPECT_EQ(gguf->chunkCount, 4u);
    EXPECT_EQ(gguf->chunkSize, 8u);
    EXPECT_THAT(gguf->find("blk.0.attn_q.weight"), ElementsAre(1, 2, 0.5f / 32));
    EXPECT_THAT(gguf->find("blk.0.ffn_up_exps.weight"), ElementsAre(0.5f, 1, 1, 1));
    EXPECT_THAT(gguf->find("unseen.weight"), ElementsAre(1, 1));

    ASSERT_TRUE(made.save(dir / "old.dat", true));
    const auto legacy = Imatrix::load(dir / "old.dat");
    ASSERT_TRUE(legacy) << legacy.error().message;
    EXPECT_EQ(legacy->size(), 2u) << "what was never seen is left out";
    EXPECT_EQ(legacy->datasets, made.datasets);
    EXPECT_EQ(legacy->chunkCount, 4u);
    EXPECT_THAT(legacy->find("blk.0.attn_q.weight"), ElementsAre(1, 2, 0.5f / 32));
    EXPECT_THAT(legacy->find("blk.0.ffn_up_exps.weight"), ElementsAre(0.5f, 1, 1, 1));
}

TEST_F(ImatrixFiles, LegacyBytes)
{
    write(raw(2) + text("a.weight") + raw(4) + raw(2) + raw(8.0f) + raw(2.0f) + text("b.weight") + raw(0) + raw(1) + raw(3.0f) + raw(17) + text("wiki"));
    const auto imatrix = Imatrix::load(file);
    ASSERT_TRUE(imatrix) << imatrix.error().message;
    EXPECT_THAT(imatrix->find("a.weight"), ElementsAre(2, 0.5f));
    EXPECT_THAT(imatrix->find("b.weight"), ElementsAre(3)) << "not divided by nothing";
    EXPECT_EQ(imatrix->chunkCount, 17u);
    EXPECT_THAT(imatrix->datasets, ElementsAre("wiki"));
    write(raw(1) + text("a.weight") + raw(4) + raw(1) + raw(8.0f)); // the oldest end here
    ASSERT_TRUE(Imatrix::load(file));
}

TEST_F(ImatrixFiles, IncludeAndExclude)
{
    Imatrix made;
    for (const char* name : {"blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.1.ffn_up.weight"}) made.set(name, {.sumSquares = {1}, .counts = {1}});
    auto kept = made;
    kept.keepOnly(std::vector<std::string>{"attn_q", "blk.1."});
    EXPECT_EQ(kept.size(), 2u);
    EXPECT_TRUE(kept.find("blk.0.attn_k.weight").empty());
    made.drop(std::vector<std::string>{"attn"});
    EXPECT_EQ(made.size(), 1u);
    EXPECT_FALSE(made.find("blk.1.ffn_up.weight").empty());
    ASSERT_TRUE(made.save(file));
    EXPECT_EQ(Imatrix::load(file)->size(), 1u);
}

TEST_F(ImatrixFiles, HostileGguf)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
    const auto with = [&](const std::vector<float>& sums, const std::vector<float>& counts) {
        auto b = header();
        b.tensorF32("a.weight.in_sum2", {static_cast<std::int64_t>(sums.size()), 1}, sums);
        return b.tensorF32("a.weight.counts", {1, static_cast<std::int64_t>(counts.size())}, counts);
    };
    EXPECT_EQ(errorOf(with({1, 2}, {1})), "");
    EXPECT_THAT(errorOf(with({1, kNan}, {1})), testing::AllOf(HasSubstr("a.weight"), HasSubstr("value 1"), HasSubstr("nan")));
    EXPECT_THAT(errorOf(with({kInfinity, 1}, {1})), testing::AllOf(HasSubstr("a.weight"), HasSubstr("inf")));
    EXPECT_THAT(errorOf(with({-1, 1}, {1})), HasSubstr("a.weight"));
    EXPECT_THAT(errorOf(with({1, 1}, {kNan})), HasSubstr("count 0"));
    EXPECT_THAT(errorOf(with({1, 1}, {1, 2})), testing::AllOf(HasSubstr("1 rows"), HasSubstr("2 counts")));
    EXPECT_THAT(errorOf(header().tensorF32("a.weight.in_sum2", {1, 1}, {1})), HasSubstr("has no .counts"));
    EXPECT_THAT(errorOf(header().tensorF32("a.weight.counts", {1, 1}, {1})), HasSubstr("has no .in_sum2"));
    EXPECT_THAT(errorOf(header().tensor("a.weight.in_sum2", {1}, 1, {std::byte{0}, std::byte{0}})), HasSubstr("not f32"));
    EXPECT_THAT(errorOf(header()), HasSubstr("no entries"));
    EXPECT_THAT(errorOf(GgufBuilder().tensorF32("a.weight.in_sum2", {1, 1}, {1}).tensorF32("a.weight.counts", {1, 1}, {1})), HasSubstr("imatrix.datasets"));
    EXPECT_THAT(errorOf(GgufBuilder().strings("imatrix.datasets", {}).i32("imatrix.chunk_count", -1).u32("imatrix.chunk_size", 1)), HasSubstr("chunk_count"));
    EXPECT_THAT(errorOf(GgufBuilder().strings("imatrix.datasets", {}).u32("imatrix.chunk_count", 1)), HasSubstr("chunk_size"));
    EXPECT_THAT(errorOf(header().tensorF32(".in_sum2", {0, 0}, {}).tensorF32(".counts", {1, 0}, {})), HasSubstr("0 sums"));
    write("GGUF");
    EXPECT_NE(errorOf(), "");
}

TEST_F(ImatrixFiles, HostileLegacy)
{
    const std::string whole = raw(2) + text("a.weight") + raw(4) + raw(2) + raw(8.0f) + raw(2.0f) + text("b.weight") + raw(1) + raw(1) + raw(3.0f);
    for (std::size_t n = 0; n < whole.size(); ++n) {
        write(whole.substr(0, n));
        EXPECT_NE(errorOf(), "") << n;
    }
    for (const std::string& bad : {raw(0), raw(-1), raw(0x7fffffff) + std::string(64, '\0'), raw(1) + raw(-1) + "xxxxxxxxxxxx", raw(1) + raw(0x7fffffff) + "xxxxxxxxxxxx",
                                   raw(1) + text("a") + raw(1) + raw(0x7fffffff) + raw(1.0f), raw(1) + text("a") + raw(1) + raw(-5) + raw(1.0f),
                                   raw(2) + text("a") + raw(1) + raw(1) + raw(1.0f) + text("a") + raw(1) + raw(1) + raw(1.0f),
                                   raw(1) + text("a") + raw(1) + raw(1) + raw(std::numeric_limits<float>::quiet_NaN())}) {
        write(bad);
        EXPECT_NE(errorOf(), "");
    }
    write(raw(1) + text("a") + raw(1) + raw(1) + raw(1.0f) + raw(3) + raw(0x7fffffff));
    EXPECT_EQ(errorOf(), "") << "the data set's name is decoration";
}

TEST_F(ImatrixFiles, OpenReportsTheSystemsReason)
{
    const auto missing = Imatrix::load(dir / "none.dat");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_FALSE(Imatrix::load(dir.path()));
}

TEST(ImatrixGolden, TheReferencesFileHoldsTheReferencesValues)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto imatrix = Imatrix::load(test::sharedPath("golden/mixes/imatrix.gguf"));
    ASSERT_TRUE(imatrix) << imatrix.error().message;
    const auto runs = test::readJson(test::sharedPath("golden/mixes/real_runs.json"));
    const auto values = test::readArray<float>(test::sharedPath("golden/mixes/imatrix.f32.bin"));
    EXPECT_EQ(imatrix->size(), runs["imatrix"].size());
    for (const auto& entry : runs["imatrix"]) {
        const auto found = imatrix->find(entry["tensor"].get<std::string>());
        const auto offset = entry["offset"].get<std::size_t>(), count = entry["count"].get<std::size_t>();
        EXPECT_TRUE(std::ranges::equal(found, std::span(values).subspan(offset, count))) << entry["tensor"];
    }
}

} // namespace
} // namespace corral::quantize
