// Loading: what makes a model, and how the wrong ones are refused.
#include "core/model/model.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace corral::model {
namespace {

using testing::HasSubstr;

// D = 8, V = 5, one layer, H = 2, G = 1, d = 4, F = 6
struct TinyLlama {
    std::map<std::string, std::uint32_t> keys{{"context_length", 32}, {"embedding_length", 8}, {"block_count", 1}, {"feed_forward_length", 6},
                                              {"attention.head_count", 2}, {"attention.head_count_kv", 1}, {"rope.dimension_count", 4}, {"vocab_size", 5}};
    std::map<std::string, std::vector<std::int64_t>> tensors{
        {"token_embd.weight", {8, 5}}, {"output_norm.weight", {8}}, {"blk.0.attn_norm.weight", {8}}, {"blk.0.attn_q.weight", {8, 8}},
        {"blk.0.attn_k.weight", {8, 4}}, {"blk.0.attn_v.weight", {8, 4}}, {"blk.0.attn_output.weight", {8, 8}}, {"blk.0.ffn_norm.weight", {8}},
        {"blk.0.ffn_gate.weight", {8, 6}}, {"blk.0.ffn_up.weight", {8, 6}}, {"blk.0.ffn_down.weight", {6, 8}}};
    std::string architecture = "llama";
    float eps = 1e-5f;

    Result<LoadedWeights> load() const
    {
        test::GgufBuilder b;
        b.string("general.architecture", architecture);
        for (const auto& [key, value] : keys) b.u32(architecture + "." + key, value);
        b.f32(architecture + ".attention.layer_norm_rms_epsilon", eps);
        for (const auto& [name, shape] : tensors) {
            std::size_t count = 1;
            for (std::int64_t n : shape) count *= static_cast<std::size_t>(n);
            b.tensorF32(name, shape, std::vector<float>(count, 0.1f));
        }
        m_bytes = b.build();
        auto file = gguf::File::parse(m_bytes);
        if (!file) return std::unexpected(file.error());
        return loadModel(*file);
    }

private:
    mutable std::vector<std::byte> m_bytes; // what the file's views point into
};

TEST(LoadModel, AcceptsASoundOne)
{
    const TinyLlama tiny;
    const auto loaded = tiny.load();
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->config.heads, 2);
    EXPECT_EQ(loaded->config.keySize, 4);
    const graph::Graph graph = loaded->model->write({.contextLength = 32});
    EXPECT_EQ(graph.cache.size(), 1u);
    EXPECT_EQ(graph.values[static_cast<std::size_t>(graph.logits)].width, 5);
}

void expectRefused(const std::function<void(TinyLlama&)>& spoil, ErrorCode code, const std::string& words)
{
    TinyLlama tiny;
    spoil(tiny);
    const auto loaded = tiny.load();
    ASSERT_FALSE(loaded) << words;
    EXPECT_EQ(loaded.error().code, code) << loaded.error().message;
    EXPECT_THAT(loaded.error().message, HasSubstr(words));
}

TEST(LoadModel, NamesAnUnknownArchitecture)
{
    expectRefused([](TinyLlama& t) { t.architecture = "quetzal"; }, ErrorCode::Unsupported, "quetzal");
}

TEST(LoadModel, RefusesImpossibleKeys)
{
    expectRefused([](TinyLlama& t) { t.keys["block_count"] = 0; }, ErrorCode::Format, "block_count is 0");
    expectRefused([](TinyLlama& t) { t.keys["block_count"] = 4000000000u; }, ErrorCode::Format, "block_count");
    expectRefused([](TinyLlama& t) { t.keys["attention.head_count"] = 0; }, ErrorCode::Format, "head_count is 0");
    expectRefused([](TinyLlama& t) { t.keys["attention.head_count_kv"] = 0; }, ErrorCode::Format, "head_count_kv is 0");
    expectRefused([](TinyLlama& t) { t.keys["attention.head_count_kv"] = 3; }, ErrorCode::Format, "2 query heads");
    expectRefused([](TinyLlama& t) { t.keys["attention.head_count"] = 3; }, ErrorCode::Format, "3 heads");
    expectRefused([](TinyLlama& t) { t.keys["rope.dimension_count"] = 2; }, ErrorCode::Format, "rope.dimension_count");
    expectRefused([](TinyLlama& t) { t.keys["rope.dimension_count"] = 3; }, ErrorCode::Format, "rope.dimension_count 3");
    expectRefused([](TinyLlama& t) { t.keys["rope.dimension_count"] = 6; }, ErrorCode::Format, "rope.dimension_count 6");
    expectRefused([](TinyLlama& t) { t.keys["embedding_length"] = 0; }, ErrorCode::Format, "embedding_length");
    expectRefused([](TinyLlama& t) { t.keys["expert_count"] = 4; }, ErrorCode::Format, "0 of 4 experts");
    expectRefused([](TinyLlama& t) { t.keys.erase("context_length"); }, ErrorCode::Format, "llama.context_length is missing");
    expectRefused([](TinyLlama& t) { t.keys.erase("feed_forward_length"); }, ErrorCode::Format, "feed_forward_length is missing");
    expectRefused([](TinyLlama& t) { t.eps = NAN; }, ErrorCode::Format, "epsilon");
    expectRefused([](TinyLlama& t) { t.eps = -1; }, ErrorCode::Format, "epsilon");
}

TEST(LoadModel, ReportsAllTensorsThatAreWrong)
{
    TinyLlama tiny;
    tiny.tensors.erase("blk.0.attn_k.weight");
    tiny.tensors["blk.0.attn_q.weight"] = {8, 4};
    tiny.tensors["output_norm.weight"] = {8, 2};
    const auto loaded = tiny.load();
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("blk.0.attn_k.weight: missing, expected [8, 4]"));
    EXPECT_THAT(loaded.error().message, HasSubstr("blk.0.attn_q.weight: expected [8, 8], file has [8, 4]"));
    EXPECT_THAT(loaded.error().message, HasSubstr("output_norm.weight: expected [8], file has [8, 2]"));
}

TEST(LoadModel, RefusesAVocabularyThatIsNotTheTables)
{
    expectRefused([](TinyLlama& t) { t.keys["vocab_size"] = 6; }, ErrorCode::Format, "token_embd.weight: expected [8, 6], file has [8, 5]");
}

TEST(LoadModel, RefusesPartsTheArchitectureDoesNotCompute)
{
    expectRefused([](TinyLlama& t) { t.tensors["blk.0.attn_sinks.weight"] = {2}; }, ErrorCode::Unsupported, "blk.0.attn_sinks.weight");
    expectRefused([](TinyLlama& t) { t.tensors["blk.1.attn_norm.weight"] = {8}; }, ErrorCode::Unsupported, "blk.1.attn_norm.weight");
}

TEST(LoadModel, EveryArchitectureIsFoundByItsName)
{
    EXPECT_GE(allArchitectures().size(), 8u);
    for (const Architecture* a : allArchitectures()) EXPECT_EQ(findArchitecture(a->name), a);
    EXPECT_EQ(findArchitecture(""), nullptr);
}

// Files that are sound containers but no models. The tokenizer's share is tested where tokenizers are.
TEST(LoadModelGolden, RefusesEveryBadModel)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    const std::map<std::string, std::string> words{
        {"model-no-architecture-value.gguf", "architecture is empty"}, {"model-arch-unknown.gguf", "not supported"},
        {"model-block-count-0.gguf", "block_count"}, {"model-block-count-huge.gguf", "block_count"},
        {"model-head-count-kv-0.gguf", "head_count_kv"}, {"model-missing-tensor.gguf", "missing"},
        {"model-wrong-rank.gguf", "output_norm.weight: expected [32], file has [32, 2]"}, {"model-layer-too-many.gguf", "blk.1."},
        {"model-tokens-not-strings.gguf", "tokenizer.ggml.tokens"}, {"model-vocab-larger-than-embedding.gguf", "token_embd.weight"},
        {"model-rope-dim-mismatch.gguf", "rope"}};
    for (const auto& [name, expected] : words) {
        auto file = gguf::File::open(test::sharedPath("golden/bad/" + name));
        ASSERT_TRUE(file) << name << ": " << file.error().message;
        const auto loaded = loadModel(*file);
        ASSERT_FALSE(loaded) << name;
        EXPECT_THAT(loaded.error().message, HasSubstr(expected)) << name;
    }
}

TEST(LoadModelGolden, AcceptsTheGoodOnes)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    for (const char* name : {"valid-model.gguf", "valid-model-bpe.gguf"}) {
        auto file = gguf::File::open(test::sharedPath(std::string("golden/bad/") + name));
        ASSERT_TRUE(file) << name;
        const auto loaded = loadModel(*file);
        EXPECT_TRUE(loaded) << name << ": " << loaded.error().message;
    }
}

} // namespace
} // namespace corral::model
