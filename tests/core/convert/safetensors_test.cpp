// Weight files that somebody else has written, rightly or not.
#include "core/convert/safetensors.h"
#include "core/convert/weights.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::convert {
namespace {

using test::TinyCheckpoint;
using testing::HasSubstr;

class Safetensors : public testing::Test {
protected:
    Result<std::vector<StoredTensor>> read(const std::string& bytes)
    {
        test::writeFile(m_folder / "x.safetensors", bytes);
        return readSafetensors(m_folder / "x.safetensors");
    }
    void expectRefused(const std::string& header, const std::string& data, const std::string& why)
    {
        const auto tensors = read(TinyCheckpoint::withHeader(header, data));
        ASSERT_FALSE(tensors) << header;
        EXPECT_THAT(tensors.error().message, HasSubstr(why)) << header;
        EXPECT_THAT(tensors.error().message, HasSubstr("x.safetensors"));
    }

    test::TempDir m_folder;
};

TEST_F(Safetensors, ReadsWhatIsThere)
{
    const std::string data("\x00\x00\x80\x3f\x00\x3c\x00\xc0\x80\x3f\x00\x00\x00\x00\x00\x00\xf8\x3f", 18);
    const auto tensors = read(TinyCheckpoint::withHeader(R"({"__metadata__":{"a":"b"},
        "d":{"dtype":"F64","shape":[1],"data_offsets":[10,18]},
        "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}, "b":{"dtype":"F16","shape":[2,1],"data_offsets":[4,8]},
        "c":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]}, "e":{"dtype":"I8","shape":[0,5],"data_offsets":[18,18]}}  )", data));
    ASSERT_TRUE(tensors) << tensors.error().message;
    ASSERT_EQ(tensors->size(), 5u);
    const auto values = [&](std::size_t i) {
        std::vector<float> numbers((*tensors)[i].elements);
        EXPECT_TRUE((*tensors)[i].read(0, numbers));
        return numbers;
    };
    EXPECT_EQ(values(0), std::vector<float>({1}));
    EXPECT_EQ(values(1), std::vector<float>({1, -2}));
    EXPECT_EQ(values(2), std::vector<float>({1}));
    EXPECT_EQ(values(3), std::vector<float>({1.5}));
    EXPECT_EQ((*tensors)[4].elements, 0u);
    EXPECT_EQ((*tensors)[4].type, StoredType::Other);
}

TEST_F(Safetensors, LongTensorsAreReadInPieces)
{
    TinyCheckpoint::Tensors stored;
    constexpr std::size_t kCount = 40000; // more than a buffer
    std::string halves;
    for (std::size_t i = 0; i < kCount; ++i) halves += {static_cast<char>(i & 0x7f), static_cast<char>(0x3f)};
    stored["w"] = {.dtype = "BF16", .shape = {kCount}, .bytes = halves};
    const auto tensors = read(TinyCheckpoint::safetensors(stored));
    ASSERT_TRUE(tensors);
    std::vector<float> numbers(kCount - 7);
    ASSERT_TRUE((*tensors)[0].read(7, numbers));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        ASSERT_EQ(numbers[i], std::bit_cast<float>(static_cast<std::uint32_t>(0x3f000000u | ((i + 7) & 0x7f) << 16)));
}

TEST_F(Safetensors, EveryTruncationIsRefused)
{
    const std::string whole = TinyCheckpoint::withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0'));
    ASSERT_TRUE(read(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read(whole.substr(0, size))) << size;
    EXPECT_FALSE(read(whole + "x"));
}

TEST_F(Safetensors, LengthsThatCannotBe)
{
    for (const std::uint64_t length : {std::uint64_t(9), std::uint64_t(100'000'001), ~std::uint64_t(0), ~std::uint64_t(0) - 7}) {
        const auto tensors = read(std::string(reinterpret_cast<const char*>(&length), 8) + "{}");
        ASSERT_FALSE(tensors);
        EXPECT_THAT(tensors.error().message, HasSubstr("header claims"));
    }
}

TEST_F(Safetensors, WrongHeaders)
{
    const auto one = [](const std::string& entry) { return "{\"w\":" + entry + "}"; };
    const std::string four(4, '\0');
    expectRefused("[]", "", "does not begin with {");
    expectRefused("{\"w\":", "", "no valid JSON");
    expectRefused("{\"\xff\":1}", "", "no valid JSON");
    expectRefused(one("[[]]"), four, "has no dtype");
    expectRefused("{\"w\":" + std::string(500, '[') + std::string(500, ']') + "}", "", "nested deeper");
    expectRefused(one(R"({"dtype":"F31","shape":[1],"data_offsets":[0,4]})"), four, "unknown dtype \"F31\"");
    expectRefused(one(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})"), four, "shape is no list");
    expectRefused(one(R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})"), four, "shape is no list");
    expectRefused(one(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]})"), four, "shape is no list");
    expectRefused(one(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]})"), four, "more numbers");
    expectRefused(one(R"({"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]})"), "", "more numbers");
    expectRefused(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})"), four, "no pair");
    expectRefused(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})"), four, "do not lie in");
    expectRefused(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})"), four, "do not lie in");
    expectRefused(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})"), four, "needs 8 bytes");
    expectRefused(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})"), four + four, "the file has 8");
    expectRefused(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})"), four + four, "not right after");
    expectRefused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", four + four, "inside the one before");
    expectRefused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", four + four, "there twice");
}

// Whatever the bytes, an answer, and what it says to be there can be read.
TEST_F(Safetensors, DamagedHeaders)
{
    const std::string whole = TinyCheckpoint::withHeader(R"({"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                                                         std::string(8, '\0'));
    int fine = 0;
    for (std::size_t i = 0; i + 8 < whole.size(); ++i)
        for (const char value : {'\0', '0', '1', '9', '"', ',', '}', '[', '-', '\xff'}) {
            std::string changed = whole;
            changed[i] = value;
            const auto tensors = read(changed);
            if (!tensors) continue;
            for (const StoredTensor& tensor : *tensors) {
                std::vector<float> numbers(tensor.elements);
                fine += tensor.read(0, numbers).has_value();
            }
        }
    EXPECT_GT(fine, 0);
}

// Sharded weights.

class Shards : public testing::Test {
protected:
    void SetUp() override
    {
        m_first["a"] = TinyCheckpoint::random("a", {2, 2});
        m_second["b"] = TinyCheckpoint::random("b", {3});
        m_index = {{"weight_map", {{"a", kFirst}, {"b", kSecond}}}};
        test::writeFile(m_folder / kFirst, TinyCheckpoint::safetensors(m_first));
        test::writeFile(m_folder / kSecond, TinyCheckpoint::safetensors(m_second));
    }
    Result<Weights> open(const std::optional<std::filesystem::path>& file = std::nullopt)
    {
        if (!m_index.is_null()) test::writeFile(m_folder / "model.safetensors.index.json", m_index.dump());
        return Weights::open(m_folder.path(), file);
    }
    void expectRefused(const std::string& why)
    {
        const auto weights = open();
        ASSERT_FALSE(weights);
        EXPECT_THAT(weights.error().message, HasSubstr(why));
    }

    const std::string kFirst = "model-00001-of-00002.safetensors", kSecond = "model-00002-of-00002.safetensors";
    test::TempDir m_folder;
    TinyCheckpoint::Tensors m_first, m_second;
    nlohmann::json m_index;
};

TEST_F(Shards, AreOneModel)
{
    const auto weights = open();
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->size(), 2u);
    EXPECT_TRUE(weights->find("a") && weights->find("b"));
    EXPECT_EQ(open(m_folder / kSecond)->size(), 2u) << "any file of the set opens it";
}

TEST_F(Shards, WithoutIndexToo)
{
    m_index = nullptr;
    const auto weights = open();
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->size(), 2u);
    std::filesystem::remove(m_folder / kFirst);
    expectRefused("1 of 2 weight files missing: " + kFirst);
}

TEST_F(Shards, AMissingOneIsNamed)
{
    std::filesystem::remove(m_folder / kSecond);
    expectRefused("1 of 2 weight files missing: " + kSecond);
}

TEST_F(Shards, TheIndexMustAgree)
{
    m_index["weight_map"]["c"] = kFirst;
    expectRefused("promises tensor \"c\"");
    m_index["weight_map"].erase("c");
    m_index["weight_map"]["b"] = kFirst;
    expectRefused("tensor \"b\"");
    m_index["weight_map"].erase("b");
    m_index["weight_map"]["a"] = kFirst;
    m_second["a"] = m_first["a"];
    test::writeFile(m_folder / kSecond, TinyCheckpoint::safetensors(m_second));
    m_index["weight_map"]["b"] = kSecond;
    expectRefused("also in");
}

TEST_F(Shards, NamesThatLeadOutOfTheFolder)
{
    for (const char* name : {"../model.safetensors", "/etc/passwd", "a\\b", "..", ".", "", "sub/x.safetensors"}) {
        m_index["weight_map"]["a"] = name;
        expectRefused("is no file name");
    }
    m_index["weight_map"]["a"] = 5;
    expectRefused("is no file name");
    m_index["weight_map"] = nlohmann::json::array({1});
    expectRefused("no weight_map");
}

TEST_F(Shards, OtherKindsAreNamed)
{
    m_index = nullptr;
    std::filesystem::remove(m_folder / kFirst);
    std::filesystem::remove(m_folder / kSecond);
    expectRefused("no model*.safetensors");
    test::writeFile(m_folder / "params.json", "{}");
    expectRefused("Mistral's own format");
    test::writeFile(m_folder / "pytorch_model.bin", "PK");
    expectRefused("pickled");
}

TEST_F(Shards, PartsOfOtherSensesAreLeftOut)
{
    m_first["model.language_model.x"] = TinyCheckpoint::random("x", {2});
    m_first["vision_tower.y"] = TinyCheckpoint::random("y", {2});
    m_first["model.layers.0.self_attn.rotary_emb.inv_freq"] = TinyCheckpoint::random("z", {2});
    m_index = nullptr;
    test::writeFile(m_folder / kFirst, TinyCheckpoint::safetensors(m_first));
    const auto weights = open();
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_EQ(weights->size(), 3u);
    EXPECT_TRUE(weights->find("model.x"));
}

} // namespace
} // namespace corral::convert
