// golden/hf: small checkpoints of every family, and what their conversion must hold and compute.
#include "core/convert/checkpoint.h"
#include "core/generate/session.h"
#include "core/quant/format.h"
#include "core/quantize/write.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "tests/core/convert/converted.h"
#include "tests/core/generate/session_support.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace corral::convert {
namespace {

using nlohmann::ordered_json;
using test::sharedPath;

constexpr const char* kFamilies[] = {"llama", "mistral", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3", "granite",
                                     "olmo2"};

std::filesystem::path folderOf(const std::string& name) { return sharedPath("golden/hf/" + name + "/" + name); }

class GoldenCheckpoint : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        CORRAL_NEEDS_SHARED("golden/hf");
        const std::string name = GetParam();
        expected = test::readJson(sharedPath("golden/hf/" + name + "/expect.json"));
        auto opened = openCheckpoint(folderOf(name));
        ASSERT_TRUE(opened) << opened.error().message;
        source = std::move(*opened);
        path = m_temporary / (name + ".gguf");
        file = test::writeAndOpen(*source, OutType::F32, path);
        ASSERT_TRUE(file);
    }

    ordered_json expected;
    std::unique_ptr<quantize::Source> source;
    std::filesystem::path path;
    std::shared_ptr<const gguf::File> file;

private:
    test::TempDir m_temporary;
};

void expectValue(const std::string& key, const gguf::Value* value, const ordered_json& expected)
{
    ASSERT_TRUE(value) << key << " is missing";
    if (expected.is_string()) {
        ASSERT_TRUE(value->asString()) << key;
        EXPECT_EQ(*value->asString(), expected.get<std::string>()) << key;
    } else if (expected.is_boolean()) {
        EXPECT_EQ(value->asBool(), expected.get<bool>()) << key;
    } else if (expected.is_number_integer()) {
        EXPECT_EQ(value->asInt(), expected.get<std::int64_t>()) << key;
    } else {
        ASSERT_TRUE(expected.is_number()) << key;
        EXPECT_EQ(value->type, gguf::ValueType::F32) << key;
        EXPECT_FLOAT_EQ(static_cast<float>(value->asFloat().value_or(-1)), expected.get<float>()) << key;
    }
}

TEST_P(GoldenCheckpoint, Keys)
{
    for (const auto& [key, value] : expected["keys"].items()) {
        if (key == "tokenizer.ggml.pre") {
            std::vector<std::string> names = expected["same_pre"];
            names.push_back(value);
            EXPECT_THAT(names, testing::Contains(file->getString(key).value_or("missing")));
        } else {
            expectValue(key, file->find(key), value);
        }
    }
    for (const auto& [key, value] : expected["optional_keys"].items())
        if (file->find(key) && file->find(key)->type != gguf::ValueType::Array) expectValue(key, file->find(key), value);
    EXPECT_EQ(file->getString("general.name").value_or(""), GetParam());
}

TEST_P(GoldenCheckpoint, Vocabulary)
{
    const auto& vocabulary = expected["vocab"];
    EXPECT_EQ(*file->find("tokenizer.ggml.tokens")->asStrings(), vocabulary["tokens"].get<std::vector<std::string>>());
    EXPECT_EQ(*file->find("tokenizer.ggml.token_type")->asInts(), vocabulary["types"].get<std::vector<std::int64_t>>());
    ASSERT_EQ(vocabulary.contains("scores"), file->find("tokenizer.ggml.scores") != nullptr);
    ASSERT_EQ(vocabulary.contains("merges"), file->find("tokenizer.ggml.merges") != nullptr);
    if (vocabulary.contains("scores")) {
        EXPECT_EQ(*file->find("tokenizer.ggml.scores")->asFloats(), vocabulary["scores"].get<std::vector<double>>());
    } else {
        EXPECT_EQ(*file->find("tokenizer.ggml.merges")->asStrings(), vocabulary["merges"].get<std::vector<std::string>>());
    }
}

TEST_P(GoldenCheckpoint, Tensors)
{
    const auto& wanted = expected["tensors"];
    ASSERT_EQ(source->tensors().size(), wanted.size());
    ASSERT_EQ(file->tensors().size(), wanted.size());
    for (std::size_t i = 0; i < source->tensors().size(); ++i) {
        const quantize::SourceTensor& tensor = source->tensors()[i];
        SCOPED_TRACE(tensor.name);
        ASSERT_TRUE(wanted.contains(tensor.name));
        const auto& entry = wanted[tensor.name];
        EXPECT_EQ(std::vector<std::uint64_t>(tensor.shape.begin(), tensor.shape.begin() + tensor.dims),
                  entry["dims"].get<std::vector<std::uint64_t>>());
        const std::vector<float> values = test::readAll(*source, i);
        if (entry.contains("values")) {
            const std::vector<float> computed = entry["values"];
            ASSERT_EQ(values.size(), computed.size());
            for (std::size_t k = 0; k < values.size(); ++k) EXPECT_NEAR(values[k] / computed[k], 1, 1e-5);
        } else {
            EXPECT_EQ(test::sha256(std::as_bytes(std::span(values))), entry["sha256"].get<std::string>());
        }
        const auto written = file->data(*file->tensor(tensor.name));
        EXPECT_TRUE(std::ranges::equal(written, std::as_bytes(std::span(values)))) << "what was written is not what was read";
    }
}

// Rows may be asked for in any pieces.
TEST_P(GoldenCheckpoint, RowsOneByOne)
{
    for (std::size_t i = 0; i < source->tensors().size(); ++i) {
        const quantize::SourceTensor& tensor = source->tensors()[i];
        const std::vector<float> whole = test::readAll(*source, i);
        const std::uint64_t length = tensor.shape[0];
        std::vector<float> rows(3 * length);
        for (std::uint64_t first = 0; first < tensor.rows(); first += 2) {
            const std::uint64_t count = std::min<std::uint64_t>(3, tensor.rows() - first);
            const auto out = std::span(rows).first(count * length);
            ASSERT_TRUE(source->readRows(i, first, count, out));
            ASSERT_TRUE(std::ranges::equal(out, std::span(whole).subspan(first * length, out.size()))) << tensor.name << ", row " << first;
        }
    }
}

// A part of the file that is said to be a tensor holds its numbers.
TEST_P(GoldenCheckpoint, Extents)
{
    std::size_t found = 0;
    for (std::size_t i = 0; i < source->tensors().size(); ++i) {
        const auto extent = source->extent(i);
        if (!extent) continue;
        ++found;
        const quantize::SourceTensor& tensor = source->tensors()[i];
        ASSERT_EQ(extent->bytes, tensor.bytes);
        std::vector<std::byte> bytes(extent->bytes);
        ASSERT_TRUE(extent->file->read(extent->offset, bytes));
        std::vector<float> values(tensor.elements());
        quant::findFormat(tensor.type)->decode(bytes.data(), values.data(), static_cast<std::int64_t>(values.size()));
        EXPECT_EQ(values, test::readAll(*source, i)) << tensor.name;
    }
    EXPECT_GT(found, 0u);
}

TEST_P(GoldenCheckpoint, Tokens)
{
    const auto tokenizer = text::Tokenizer::load(*file);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    for (const auto& testCase : expected["tokenize"]) {
        const std::string text = testCase["text"];
        EXPECT_EQ((*tokenizer)->encode(text, {.addSpecial = false}), testCase["ids"].get<std::vector<text::Token>>()) << text;
        EXPECT_EQ((*tokenizer)->encode(text, {.addSpecial = true}), testCase["with_special"].get<std::vector<text::Token>>()) << text;
    }
    EXPECT_EQ((*tokenizer)->endOfGeneration(), expected["eog"].get<std::vector<text::Token>>());
    const auto id = [&](const char* role) { return expected[role].is_null() ? text::kNoToken : expected[role].get<text::Token>(); };
    EXPECT_EQ((*tokenizer)->special().eos, id("eos"));
    if (id("bos") != text::kNoToken) { // else the tokenizer has a default that is never added
        EXPECT_EQ((*tokenizer)->special().bos, id("bos"));
    }
    EXPECT_EQ((*tokenizer)->special().padding, id("pad"));
}

TEST_P(GoldenCheckpoint, Chats)
{
    const auto tokenizer = text::Tokenizer::load(*file);
    ASSERT_TRUE(tokenizer);
    const auto textOf = [&](text::Token token) { return token == text::kNoToken ? std::string() : (*tokenizer)->text(token); };
    const auto chat = text::ChatTemplate::parse(file->getString("tokenizer.chat_template").value_or(""),
                                                {.bosToken = textOf((*tokenizer)->special().bos),
                                                 .eosToken = textOf((*tokenizer)->special().eos)});
    ASSERT_TRUE(chat) << chat.error().message;
    for (const auto& testCase : expected["chat"]) {
        const auto rendered = chat->render({.messages = testCase["messages"], .addGenerationPrompt = testCase["add_generation_prompt"]});
        ASSERT_TRUE(rendered) << rendered.error().message;
        EXPECT_EQ(*rendered, testCase["text"].get<std::string>());
    }
}

TEST_P(GoldenCheckpoint, Logits)
{
    const auto& logits = expected["logits"];
    auto session = test::openSession(path, {.contextLength = 64, .cacheK = generate::CacheType::F32, .cacheV = generate::CacheType::F32,
                                            .threads = 2});
    ASSERT_TRUE(session);
    EXPECT_EQ(session->model().architecture(), expected["architecture"].get<std::string>());
    const auto got = test::stepLogits(*session, logits["prompt"], logits["then"]);
    const auto recorded = test::readArray<float>(sharedPath("golden/hf/" + std::string(GetParam()) + "/" + logits["file"].get<std::string>()));
    const double difference = test::largestDifference(got, recorded);
    EXPECT_LE(difference, logits["tolerance"].get<double>());
    RecordProperty("difference", std::to_string(difference));
}

// --outtype auto keeps 16 bits where the checkpoint has them; the general.file_type says so.
TEST_P(GoldenCheckpoint, AutomaticType)
{
    const auto plan = makePlan(*source, OutType::Auto);
    ASSERT_TRUE(plan) << plan.error().message;
    const bool brain = expected["saved_as"] == "bf16";
    for (const quantize::PlannedTensor& tensor : plan->tensors) {
        const bool isFloat = source->tensors()[tensor.source].dims == 1 || tensor.name.ends_with("ffn_gate_inp.weight");
        EXPECT_EQ(tensor.type, isFloat ? quant::kF32 : brain ? quant::kBF16 : quant::kF16) << tensor.name;
    }
    for (const auto& [key, value] : plan->keys)
        if (key == "general.file_type") {
            EXPECT_EQ(value.asInt(), brain ? 32 : 1);
        }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenCheckpoint, testing::ValuesIn(kFamilies), [](const auto& info) { return std::string(info.param); });

// A real one: its tokenizer is a byte-fallback BPE whose merges cross words, its tied matrix is stored as lm_head.
TEST(RealCheckpoint, ContinuesAsRecorded)
{
    CORRAL_NEEDS_SHARED("models/TinyStories-656K");
    const auto source = openCheckpoint(sharedPath("models/TinyStories-656K"));
    ASSERT_TRUE(source) << source.error().message;
    const test::TempDir temporary;
    const auto path = temporary / "stories.gguf";
    const auto file = test::writeAndOpen(**source, OutType::F32, path);
    ASSERT_TRUE(file);
    EXPECT_FALSE(file->tensor("output.weight"));
    const auto recorded = test::readJson(sharedPath("models/TinyStories-656K_greedy.json"));
    const std::vector<text::Token> promptIds = recorded["prompt_ids"], ids = recorded["ids"];
    const auto tokenizer = text::Tokenizer::load(*file);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    EXPECT_EQ((*tokenizer)->encode(recorded["prompt"].get<std::string>(), {}), promptIds);

    auto session = test::openSession(path, {.cacheK = generate::CacheType::F32, .cacheV = generate::CacheType::F32, .threads = 2});
    ASSERT_TRUE(session);
    auto row = session->decode(promptIds, generate::Session::Logits::Last);
    for (std::size_t i = promptIds.size(); i < ids.size(); ++i) {
        ASSERT_TRUE(row);
        const auto best = static_cast<text::Token>(std::ranges::max_element(*row) - row->begin());
        ASSERT_EQ(best, ids[i]) << "token " << i;
        row = session->decode({&best, 1}, generate::Session::Logits::Last);
    }
}

// The same text as the tokenizer of golden/real, which was converted by another program.
TEST(RealCheckpoint, TokenizesAsTheReference)
{
    CORRAL_NEEDS_SHARED("golden/real");
    CORRAL_NEEDS_SHARED("models/TinyStories-656K");
    const auto source = openCheckpoint(sharedPath("models/TinyStories-656K"));
    ASSERT_TRUE(source) << source.error().message;
    const test::TempDir temporary;
    const auto file = test::writeAndOpen(**source, OutType::Auto, temporary / "stories.gguf");
    ASSERT_TRUE(file);
    const auto tokenizer = text::Tokenizer::load(*file);
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    const auto perplexity = test::readJson(sharedPath("golden/real/manifest.json"))["models"]["TinyStories-656K"]["variants"]["as is"]["perplexity"];
    EXPECT_EQ((*tokenizer)->encode(test::readText(sharedPath("golden/real/text.txt")), {.parseSpecial = false}),
              perplexity["ids"].get<std::vector<text::Token>>());
}

} // namespace
} // namespace corral::convert
