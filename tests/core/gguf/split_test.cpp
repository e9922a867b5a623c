#include "core/gguf/file.h"

#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

namespace corral::gguf {
namespace {

using test::GgufBuilder;
using testing::HasSubstr;

struct ShardSpec {
    int no, count, tensors;
    std::vector<std::string> names;
};

void writeShard(const std::filesystem::path& path, const ShardSpec& spec, int index)
{
    GgufBuilder b;
    if (spec.no == 0) b.string("general.architecture", "llama");
    b.u16("split.no", static_cast<std::uint16_t>(spec.no)).u16("split.count", static_cast<std::uint16_t>(spec.count)).i32("split.tensors.count", spec.tensors);
    for (const auto& name : spec.names) b.tensorF32(name, {2}, {static_cast<float>(index), 0.5f});
    b.write(path);
}

class GgufSplit : public testing::Test {
protected:
    test::TempDir dir;
    std::filesystem::path shard(int i, int n = 3) const { return dir / std::format("model-{:05}-of-{:05}.gguf", i + 1, n); }
    void writeAll()
    {
        writeShard(shard(0), {0, 3, 3, {"a"}}, 0);
        writeShard(shard(1), {1, 3, 3, {"b"}}, 1);
        writeShard(shard(2), {2, 3, 3, {"c"}}, 2);
    }
};

TEST_F(GgufSplit, AnyShardOpensTheSet)
{
    writeAll();
    for (int i = 0; i < 3; ++i) {
        const auto f = File::open(shard(i));
        ASSERT_TRUE(f) << f.error().message;
        EXPECT_EQ((*f)->getString("general.architecture").value(), "llama");
        ASSERT_EQ((*f)->tensors().size(), 3u);
        EXPECT_EQ((*f)->shards().size(), 3u);
        EXPECT_EQ((*f)->tensors()[2].name, "c");
        for (int t = 0; t < 3; ++t) {
            const TensorInfo& info = (*f)->tensors()[static_cast<std::size_t>(t)];
            EXPECT_EQ(info.shard, t);
            float first;
            std::memcpy(&first, (*f)->data(info).data(), sizeof first);
            EXPECT_EQ(first, static_cast<float>(t));
        }
    }
}

TEST_F(GgufSplit, AMissingShardIsNamed)
{
    writeAll();
    std::filesystem::remove(shard(1));
    const auto f = File::open(shard(2));
    ASSERT_FALSE(f);
    EXPECT_EQ(f.error().code, ErrorCode::NotFound);
    EXPECT_THAT(f.error().message, HasSubstr("model-00002-of-00003.gguf is missing"));
}

TEST_F(GgufSplit, ContradictionsAreRefused)
{
    const auto errorFor = [&](const ShardSpec& second) {
        writeAll();
        writeShard(shard(1), second, 1);
        const auto f = File::open(shard(0));
        return f ? std::string() : f.error().message;
    };
    EXPECT_THAT(errorFor({2, 3, 3, {"b"}}), HasSubstr("split.no"));
    EXPECT_THAT(errorFor({1, 2, 3, {"b"}}), HasSubstr("split.count"));
    EXPECT_THAT(errorFor({1, 3, 4, {"b"}}), HasSubstr("split.tensors.count"));
    EXPECT_THAT(errorFor({1, 3, 3, {"a"}}), HasSubstr("another file"));
    EXPECT_THAT(errorFor({1, 3, 3, {"b", "d"}}), HasSubstr("hold 4 tensors"));
}

TEST_F(GgufSplit, AShardUnderAnotherNameCannotFindTheRest)
{
    writeShard(dir / "renamed.gguf", {0, 2, 1, {"a"}}, 0);
    const auto f = File::open(dir / "renamed.gguf");
    ASSERT_FALSE(f);
    EXPECT_THAT(f.error().message, HasSubstr("-00001-of-00002.gguf"));
}

TEST_F(GgufSplit, AMergedFileIsNoShard)
{
    writeShard(dir / "merged.gguf", {0, 0, 1, {"a"}}, 0);
    EXPECT_TRUE(File::open(dir / "merged.gguf"));
}

TEST(GgufGolden, SplitSets)
{
    CORRAL_NEEDS_SHARED("golden/split");
    const auto manifest = test::readJson(test::sharedPath("golden/split/manifest.json"));
    for (const auto& [name, entry] : manifest["cases"].items()) {
        for (const auto& shard : entry["shards"]) {
            const auto f = File::open(test::sharedPath("golden/split/" + shard["file"].get<std::string>()));
            ASSERT_TRUE(f) << name << ": " << f.error().message;
            EXPECT_EQ((*f)->shards().size(), entry["shards"].size()) << name;
            EXPECT_EQ((*f)->tensors().size(), entry["merged_tensors"].size()) << name;
        }
    }
}

} // namespace
} // namespace corral::gguf
