#include "core/gguf/file.h"

#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <chrono>
#include <gmock/gmock.h>
#include <limits>
#include <numeric>

namespace corral::gguf {
namespace {

using test::GgufBuilder;
using testing::HasSubstr;

std::string errorOf(const std::vector<std::byte>& bytes)
{
    const auto file = File::parse(bytes);
    return file ? "" : file.error().message;
}

TEST(GgufReader, ReadsEveryValueType)
{
    GgufBuilder b;
    b.u8("u8", 200).i8("i8", -100).u16("u16", 60000).i16("i16", -30000).u32("u32", 4000000000u).i32("i32", -2000000000);
    b.f32("f32", 0.5f).boolean("yes", true).boolean("no", false).string("string", "wörter\n").string("empty", "");
    b.u64("u64", 1ull << 63).i64("i64", std::numeric_limits<std::int64_t>::min()).f64("f64", 1e300);
    b.strings("strings", {"a", "", "ccc"}).booleans("flags", {true, false, true}).f32s("floats", {1.5f, -2.f}).i32s("ints", {-1, 7});
    b.u32s("none", {}).array<std::uint8_t>("bytes", 0, {1, 255}).array<std::int64_t>("longs", 11, {-5}).array<double>("doubles", 12, {2.25});
    const auto bytes = b.build();
    const auto read = File::parse(bytes);
    ASSERT_TRUE(read) << read.error().message;
    const File& f = **read;

    EXPECT_EQ(f.keys().size(), 22u);
    EXPECT_EQ(f.keys().front().first, "u8");
    EXPECT_EQ(f.find("u8")->asInt(), 200);
    EXPECT_EQ(f.find("i8")->asInt(), -100);
    EXPECT_EQ(f.find("u16")->asInt(), 60000);
    EXPECT_EQ(f.find("i16")->asInt(), -30000);
    EXPECT_EQ(f.find("u32")->asInt(), 4000000000);
    EXPECT_EQ(f.find("i32")->asInt(), -2000000000);
    EXPECT_EQ(f.find("f32")->asFloat(), 0.5);
    EXPECT_EQ(f.find("f32")->asInt(), std::nullopt);
    EXPECT_EQ(f.find("i8")->asFloat(), -100.0);
    EXPECT_EQ(f.find("yes")->asBool(), true);
    EXPECT_EQ(f.find("no")->asBool(), false);
    EXPECT_EQ(f.find("yes")->asInt(), 1);
    EXPECT_EQ(*f.find("string")->asString(), "wörter\n");
    EXPECT_EQ(*f.find("empty")->asString(), "");
    EXPECT_EQ(f.find("u64")->asInt(), std::nullopt) << "does not fit";
    EXPECT_EQ(std::get<std::uint64_t>(f.find("u64")->data), 1ull << 63);
    EXPECT_EQ(f.find("i64")->asInt(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(f.find("f64")->asFloat(), 1e300);
    EXPECT_EQ(*f.find("strings")->asStrings(), (std::vector<std::string>{"a", "", "ccc"}));
    EXPECT_EQ(f.find("strings")->arraySize(), 3u);
    EXPECT_EQ(f.find("flags")->asInts(), (std::vector<std::int64_t>{1, 0, 1}));
    EXPECT_EQ(f.find("floats")->asFloats(), (std::vector<double>{1.5, -2}));
    EXPECT_EQ(f.find("ints")->asInts(), (std::vector<std::int64_t>{-1, 7}));
    EXPECT_EQ(f.find("ints")->asFloats(), (std::vector<double>{-1, 7}));
    EXPECT_EQ(f.find("none")->arraySize(), 0u);
    EXPECT_EQ(f.find("none")->elementType, ValueType::U32);
    EXPECT_EQ(f.find("bytes")->asInts(), (std::vector<std::int64_t>{1, 255}));
    EXPECT_EQ(f.find("longs")->asInts(), (std::vector<std::int64_t>{-5}));
    EXPECT_EQ(f.find("doubles")->asFloats(), (std::vector<double>{2.25}));
    EXPECT_EQ(f.find("u8")->asInts(), (std::vector<std::int64_t>{200})) << "a single integer is an array of one";
    EXPECT_EQ(f.find("nothing"), nullptr);
    EXPECT_EQ(f.find("u8")->arraySize(), 0u);
}

TEST(GgufReader, TypedLookupsSayWhatIsWrong)
{
    const auto bytes = GgufBuilder().string("name", "x").u32("count", 3).build();
    const auto f = File::parse(bytes);
    ASSERT_TRUE(f);
    EXPECT_EQ((*f)->getInt("count").value(), 3);
    EXPECT_EQ((*f)->getFloat("count").value(), 3.0);
    EXPECT_EQ((*f)->getString("name").value(), "x");
    const auto missing = (*f)->getInt("llama.block_count");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("llama.block_count"));
    const auto wrong = (*f)->getInt("name");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::Format);
    EXPECT_THAT(wrong.error().message, HasSubstr("string"));
}

TEST(GgufReader, TensorsPointIntoTheMap)
{
    for (const std::uint32_t alignment : {8u, 32u, 64u, 4096u}) {
        GgufBuilder b;
        b.alignment(alignment).tensorF32("a", {3}, {1, 2, 3}).tensorF32("b", {2, 2}, {4, 5, 6, 7}).tensorF32("scalar", {}, {8}).tensorF32("none", {0, 4}, {});
        const auto bytes = b.build();
        const auto read = File::parse(bytes);
        ASSERT_TRUE(read) << read.error().message;
        const File& f = **read;
        ASSERT_EQ(f.tensors().size(), 4u);
        EXPECT_EQ(f.tensor("b")->shape, (std::array<std::uint64_t, 4>{2, 2, 1, 1}));
        EXPECT_EQ(f.tensor("b")->dims, 2);
        EXPECT_EQ(f.tensor("scalar")->elements(), 1u);
        EXPECT_EQ(f.tensor("none")->bytes, 0u);
        EXPECT_EQ(f.tensor("missing"), nullptr);
        EXPECT_EQ(f.shards().front().dataStart % alignment, 0u);
        const auto data = f.data(*f.tensor("b"));
        ASSERT_EQ(data.size(), 16u);
        EXPECT_GE(data.data(), bytes.data());
        float values[4];
        std::memcpy(values, data.data(), sizeof values);
        EXPECT_EQ(values[0], 4);
        EXPECT_EQ(values[3], 7);
    }
}

// The format's smallest example, byte by byte as its description prints it.
TEST(GgufReader, SmallestExample)
{
    const auto bytes = GgufBuilder().string("general.architecture", "llama").tensorF32("t", {4}, {1, 2, 3, 4}).build();
    EXPECT_EQ(bytes.size(), 160u);
    const auto f = File::parse(bytes);
    ASSERT_TRUE(f);
    EXPECT_EQ((*f)->shards().front().dataStart, 0x80u);
    EXPECT_EQ((*f)->totalBytes(), 160u);
}

// Every proper prefix of a file that ends with a tensor's data is an error that names an offset or a tensor.
TEST(GgufReader, EveryTruncationIsRefused)
{
    GgufBuilder b;
    b.string("general.architecture", "llama").strings("list", {"ab", "c"}).u32s("numbers", {1, 2, 3}).boolean("flag", true);
    b.tensorF32("first", {8}, std::vector<float>(8, 1.f)).tensorF32("second", {8}, std::vector<float>(8, 2.f));
    const auto bytes = b.build();
    ASSERT_TRUE(File::parse(bytes));
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)); // its own block, so that ASan sees over-reads
        const auto message = errorOf(cut);
        ASSERT_NE(message, "") << n;
        EXPECT_TRUE(n == 0 || message.contains("offset")) << message;
        EXPECT_FALSE(message.contains('\n'));
    }
}

TEST(GgufReader, ErrorsNameTheKeyOrTensorAndTheOffset)
{
    EXPECT_THAT(errorOf(GgufBuilder().u32("twice", 1).u32("twice", 2).build()), testing::AllOf(HasSubstr("twice"), HasSubstr("offset 45"), HasSubstr("duplicate")));
    EXPECT_THAT(errorOf(GgufBuilder().u32("general.alignment", 48).build()), testing::AllOf(HasSubstr("general.alignment"), HasSubstr("power of two")));
    EXPECT_THAT(errorOf(GgufBuilder().u64("general.alignment", 32).build()), testing::AllOf(HasSubstr("u64"), HasSubstr("u32")));
    EXPECT_THAT(errorOf(GgufBuilder().u32("", 1).build()), HasSubstr("empty"));
    EXPECT_THAT(errorOf(GgufBuilder().tensorF32(std::string(64, 'n'), {1}, {1}).build()), HasSubstr("64 bytes"));
    EXPECT_THAT(errorOf(GgufBuilder().tensorF32(std::string("a\0b", 3), {1}, {1}).build()), testing::AllOf(HasSubstr("NUL"), HasSubstr("\\x00")));
    EXPECT_THAT(errorOf(GgufBuilder().tensorF32("t", {1}, {1}).tensorF32("t", {1}, {1}).build()), HasSubstr("duplicate"));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {1}, 4, {}).build()), HasSubstr("tensor type 4"));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {33}, 2, {}).build()), testing::AllOf(HasSubstr("33"), HasSubstr("32")));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {-4}, 0, {}).build()), HasSubstr("negative"));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {1ll << 32, 1ll << 32}, 0, {}).build()), HasSubstr("overflows"));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {1ll << 62}, 0, {}).build()), HasSubstr("overflows"));
    EXPECT_THAT(errorOf(GgufBuilder().tensor("t", {100}, 0, {}).build()), testing::AllOf(HasSubstr("\"t\""), HasSubstr("400 bytes")));
    EXPECT_THAT(errorOf(GgufBuilder().version(1).build()), HasSubstr("version 1"));
    EXPECT_THAT(errorOf(GgufBuilder().version(0x03000000).build()), HasSubstr("big-endian"));
    EXPECT_EQ(errorOf(GgufBuilder().version(2).build()), "");
}

TEST(GgufReader, LargeVocabulariesLoadFast)
{
    std::vector<std::string> tokens, merges;
    for (int i = 0; i < 150000; ++i) {
        tokens.push_back("token" + std::to_string(i));
        merges.push_back("left" + std::to_string(i) + " right" + std::to_string(i));
    }
    const auto bytes = GgufBuilder().strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", merges).build();
    const auto start = std::chrono::steady_clock::now();
    const auto f = File::parse(bytes);
    const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(f);
    EXPECT_EQ((*f)->find("tokenizer.ggml.tokens")->asStrings()->back(), "token149999");
    RecordProperty("milliseconds", std::to_string(elapsed.count()));
    EXPECT_LT(elapsed.count(), 1000) << "tens of milliseconds on a quiet machine, without sanitizers";
}

TEST(GgufReader, OpenReportsTheSystemsReason)
{
    const test::TempDir dir;
    const auto missing = File::open(dir / "none.gguf");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("none.gguf"));
    EXPECT_FALSE(File::open(dir.path())) << "a folder is no model";
}

TEST(GgufGolden, BadFilesAreRefusedPromptlyAndGoodOnesRead)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    const auto manifest = test::readJson(test::sharedPath("golden/bad/manifest.json"));
    int refused = 0;
    for (const auto& [name, entry] : manifest["bad"].items()) {
        const std::string stage = entry["stage"];
        if (stage == "model") continue; // a sound container: the model loader's business
        const auto start = std::chrono::steady_clock::now();
        const auto file = File::open(test::sharedPath("golden/bad/" + name));
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        ASSERT_FALSE(file) << name << " was read; " << entry["error"];
        const std::string& message = file.error().message;
        RecordProperty(name, message);
        // A key too many swallows the first tensor's description, so the error may show up in either.
        const bool named = message.contains("tensor") || (stage == "keys" && message.contains("key"));
        EXPECT_TRUE(stage == "header" || (named && message.contains("offset"))) << name << ": " << message;
        EXPECT_TRUE(stage != "data" || message.contains("cut off")) << name << ": " << message;
        EXPECT_LT(elapsed.count(), 1.0) << name;
        EXPECT_FALSE(message.contains('\n'));
        ++refused;
    }
    EXPECT_GE(refused, 60);
    for (const auto& [name, entry] : manifest["good"].items()) {
        const auto file = File::open(test::sharedPath("golden/bad/" + name));
        EXPECT_TRUE(file) << name << ": " << (file ? "" : file.error().message);
    }
    const auto big = File::open(test::sharedPath("golden/bad/big-endian.gguf"));
    EXPECT_THAT(big.error().message, HasSubstr("big-endian"));
    EXPECT_EQ(big.error().code, ErrorCode::Unsupported);
    const auto names = File::open(test::sharedPath("golden/bad/duplicate-tensor.gguf"));
    EXPECT_THAT(names.error().message, HasSubstr("duplicate"));
}

} // namespace
} // namespace corral::gguf
