// One model in several files and back: the reference's own bytes, and what must never happen.
#include "core/gguf/split.h"

#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#include <fstream>
#include <gmock/gmock.h>

namespace corral::gguf {
namespace {

using test::GgufBuilder;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::shared_ptr<const File> opened(const fs::path& path)
{
    auto file = File::open(path);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    return file ? *file : nullptr;
}

std::vector<std::string> namesIn(const fs::path& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

// As the reference's splitter reads them; of the golden cases only.
SplitOptions optionsOf(const nlohmann::ordered_json& arguments)
{
    SplitOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string name = arguments[i];
        if (name == "--no-tensor-first-split") options.tensorFirst = false;
        if (name == "--split-max-tensors") options.maxTensors = std::stoull(arguments[i + 1].get<std::string>());
        if (name == "--split-max-size") options.maxBytes = std::stoull(arguments[i + 1].get<std::string>()) * 1'000'000; // "1M"
    }
    return options;
}

TEST(SplitGolden, ShardsAndMergedFilesAreTheReferencesBytes)
{
    CORRAL_NEEDS_SHARED("golden/split");
    const auto manifest = test::readJson(test::sharedPath("golden/split/manifest.json"));
    int split = 0, merged = 0;
    for (const auto& [name, entry] : manifest["cases"].items()) {
        const test::TempDir dir;
        const auto& shards = entry["shards"];
        for (const auto& shard : shards) { // merging, from any shard
            const std::string from = shard["file"];
            const auto set = opened(test::sharedPath("golden/split/" + from));
            ASSERT_TRUE(set);
            const auto output = dir / ("from-" + from);
            Job job;
            const auto ok = merge(*set, output, job);
            ASSERT_TRUE(ok) << ok.error().message;
            EXPECT_EQ(test::sha256(test::readBytes(output)), entry["merged_sha256"].get<std::string>()) << from;
            ++merged;
        }
        // Splitting: the model itself where it was kept, and what merging leaves where it was not.
        const bool kept = entry["input"].is_string();
        const auto input = kept ? test::sharedPath("golden/models/" + entry["input"].get<std::string>()) : dir / ("from-" + shards[0]["file"].get<std::string>());
        const auto file = opened(input);
        ASSERT_TRUE(file);
        if (kept) {
            EXPECT_EQ(test::sha256(test::readBytes(input)), entry["input_sha256"].get<std::string>());
        }
        const auto plan = planSplit(*file, dir / name, optionsOf(entry["arguments"]));
        ASSERT_EQ(plan.size(), shards.size()) << name;
        Job job;
        const auto ok = corral::gguf::split(*file, plan, job);
        ASSERT_TRUE(ok) << ok.error().message;
        const auto sizes = shardFileBytes(*file, plan);
        ASSERT_TRUE(sizes);
        for (std::size_t i = 0; i < plan.size(); ++i) {
            EXPECT_EQ(plan[i].path.filename().string(), shards[i]["file"].get<std::string>());
            EXPECT_EQ((*sizes)[i], shards[i]["bytes"].get<std::uint64_t>());
            EXPECT_EQ(test::sha256(test::readBytes(plan[i].path)), shards[i]["sha256"].get<std::string>()) << plan[i].path;
        }
        ++split;
    }
    EXPECT_EQ(split, 3);
    EXPECT_EQ(merged, 9);
}

class SplitFiles : public testing::Test {
protected:
    void SetUp() override
    {
        GgufBuilder b;
        b.string("general.architecture", "llama").u32("llama.block_count", 3).strings("tokenizer.ggml.tokens", {"a", "b"});
        for (int i = 0; i < 7; ++i) b.tensorF32("t" + std::to_string(i), {3, 5}, std::vector<float>(15, static_cast<float>(i) + 0.5f));
        b.write(input);
    }
    // All tensors of both have the same names and bytes in the same order.
    static void expectSameTensors(const File& a, const File& b)
    {
        ASSERT_EQ(a.tensors().size(), b.tensors().size());
        for (std::size_t i = 0; i < a.tensors().size(); ++i) {
            EXPECT_EQ(a.tensors()[i].name, b.tensors()[i].name);
            EXPECT_TRUE(std::ranges::equal(a.data(a.tensors()[i]), b.data(b.tensors()[i]))) << a.tensors()[i].name;
        }
    }
    test::TempDir dir;
    fs::path input = dir / "model.gguf";
    Job job;
};

TEST_F(SplitFiles, RoundTripByCountAndBySize)
{
    const auto file = opened(input);
    // Tensors have 60 bytes, 64 padded.
    const std::tuple<SplitOptions, std::vector<std::size_t>> cases[] = {
        {{.maxTensors = 3}, {3, 3, 1}},
        {{.maxTensors = 7}, {7}},
        {{.maxTensors = 3, .tensorFirst = false}, {0, 3, 3, 1}},
        {{.maxTensors = 3, .maxBytes = 128}, {2, 2, 2, 1}},
        {{.maxBytes = 127}, {1, 1, 1, 1, 1, 1, 1}},
        {{.maxBytes = 1}, {1, 1, 1, 1, 1, 1, 1}}, // none fits: each for itself
        {{.maxBytes = 1000, .tensorFirst = false}, {0, 7}},
    };
    int number = 0;
    for (const auto& [options, counts] : cases) {
        const auto plan = planSplit(*file, dir / ("case" + std::to_string(++number)), options);
        ASSERT_EQ(plan.size(), counts.size()) << number;
        for (std::size_t i = 0; i < plan.size(); ++i) EXPECT_EQ(plan[i].tensors.size(), counts[i]) << number;
        std::vector<Progress> reports;
        ASSERT_TRUE(split(*file, plan, job, [&](const Progress& p) { reports.push_back(p); }));
        ASSERT_EQ(reports.size(), 7u);
        EXPECT_EQ(reports.back().done, 7u * 60);
        EXPECT_EQ(reports.back().total, 7u * 60);
        EXPECT_EQ(reports[2].name, "t2");
        const auto set = opened(plan.back().path);
        ASSERT_TRUE(set);
        EXPECT_EQ(set->shards().size(), plan.size());
        expectSameTensors(*file, *set);
        const auto output = dir / ("merged" + std::to_string(number));
        ASSERT_TRUE(merge(*set, output, job));
        const auto whole = opened(output);
        expectSameTensors(*file, *whole);
        EXPECT_EQ(whole->find("split.count")->asInt(), 0);
        EXPECT_EQ(whole->find("llama.block_count")->asInt(), 3);
        EXPECT_EQ(whole->keys().size(), file->keys().size() + 3);
    }
    EXPECT_FALSE(std::ranges::any_of(namesIn(dir.path()), [](const std::string& name) { return name.ends_with(".part"); }));
}

// The input's own alignment holds where its key goes, in the first shard; the others have none and use the default.
TEST_F(SplitFiles, OtherAlignments)
{
    for (const std::uint32_t alignment : {8u, 64u, 4096u}) {
        GgufBuilder b;
        b.alignment(alignment).string("general.architecture", "llama");
        for (int i = 0; i < 4; ++i) b.tensorF32("t" + std::to_string(i), {9}, std::vector<float>(9, static_cast<float>(i)));
        b.write(input);
        const auto file = opened(input);
        const auto plan = planSplit(*file, dir / ("a" + std::to_string(alignment)), {.maxTensors = 2});
        ASSERT_TRUE(split(*file, plan, job));
        const auto set = opened(plan.front().path);
        ASSERT_TRUE(set);
        EXPECT_EQ(set->shards()[0].alignment, alignment);
        EXPECT_EQ(set->shards()[1].alignment, 32u);
        expectSameTensors(*file, *set);
        const auto output = dir / ("m" + std::to_string(alignment));
        ASSERT_TRUE(merge(*set, output, job));
        expectSameTensors(*file, *opened(output));
    }
}

TEST_F(SplitFiles, ASplitModelCanBeSplitAnew)
{
    const auto first = planSplit(*opened(input), dir / "first", {.maxTensors = 3});
    ASSERT_TRUE(split(*opened(input), first, job));
    const auto set = opened(first[1].path);
    const auto second = planSplit(*set, dir / "second", {.maxTensors = 2});
    ASSERT_TRUE(split(*set, second, job));
    const auto again = opened(second.front().path);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->shards().size(), 4u);
    expectSameTensors(*opened(input), *again);
}

TEST_F(SplitFiles, ExistingFilesAreNotTouched)
{
    const auto file = opened(input);
    const auto plan = planSplit(*file, dir / "out", {.maxTensors = 3});
    std::ofstream(plan[1].path) << "precious";
    const auto refused = split(*file, plan, job);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("out-00002-of-00003.gguf exists already"));
    EXPECT_EQ(test::readText(plan[1].path), "precious");
    EXPECT_EQ(namesIn(dir.path()), (std::vector<std::string>{"model.gguf", "out-00002-of-00003.gguf"}));

    const auto onto = merge(*file, input, job);
    ASSERT_FALSE(onto);
    EXPECT_THAT(onto.error().message, HasSubstr("exists already"));
}

TEST_F(SplitFiles, CancellingLeavesNothing)
{
    const auto file = opened(input);
    const auto plan = planSplit(*file, dir / "out", {.maxTensors = 3});
    for (const int after : {1, 4, 7}) {
        Job cancelled;
        int reports = 0;
        const auto ended = split(*file, plan, cancelled, [&](const Progress&) {
            if (++reports == after) cancelled.cancel();
        });
        ASSERT_FALSE(ended) << after;
        EXPECT_EQ(ended.error().code, ErrorCode::Cancelled);
        EXPECT_EQ(namesIn(dir.path()), std::vector<std::string>{"model.gguf"}) << after;
    }
    Job cancelled;
    cancelled.cancel();
    const auto ended = merge(*file, dir / "merged.gguf", cancelled);
    ASSERT_FALSE(ended);
    EXPECT_EQ(namesIn(dir.path()), std::vector<std::string>{"model.gguf"});
}

// Another job is writing one of the shards: none of the others appears.
TEST_F(SplitFiles, AllShardsOrNone)
{
    const auto file = opened(input);
    const auto plan = planSplit(*file, dir / "out", {.maxTensors = 3});
    auto blocker = OutputFile::create(plan[2].path, 0);
    ASSERT_TRUE(blocker);
    const auto refused = split(*file, plan, job);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Io);
    blocker->reset();
    EXPECT_EQ(namesIn(dir.path()), std::vector<std::string>{"model.gguf"});
}

TEST_F(SplitFiles, AMissingShardIsNamed)
{
    const auto plan = planSplit(*opened(input), dir / "out", {.maxTensors = 3});
    ASSERT_TRUE(split(*opened(input), plan, job));
    fs::remove(plan[1].path);
    const auto set = File::open(plan[2].path);
    ASSERT_FALSE(set);
    EXPECT_THAT(set.error().message, HasSubstr("out-00002-of-00003.gguf is missing"));
}

TEST_F(SplitFiles, ShardNames)
{
    EXPECT_EQ(shardPath("dir/model", 1, 3).string(), "dir/model-00001-of-00003.gguf");
    EXPECT_EQ(shardPath("model.v1", 12, 345).string(), "model.v1-00012-of-00345.gguf");
}

} // namespace
} // namespace corral::gguf
