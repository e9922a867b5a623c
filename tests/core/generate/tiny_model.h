#pragma once
// A small random llama (D = 64, V = 40, two layers, H = 4, G = 2, d = 32, F = 96) in memory: sessions without any file of golden data.
#include "core/generate/sequences.h"
#include "tests/support/gguf_builder.h"

#include <gtest/gtest.h>

#include <random>

namespace corral::test {

inline constexpr int kTinyVocabulary = 40, kTinyContext = 96;

inline std::shared_ptr<const generate::LoadedModel> tinyModel()
{
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 0.15f);
    GgufBuilder b;
    b.string("general.architecture", "llama");
    b.u32("llama.context_length", kTinyContext).u32("llama.embedding_length", 64).u32("llama.block_count", 2).u32("llama.feed_forward_length", 96);
    b.u32("llama.attention.head_count", 4).u32("llama.attention.head_count_kv", 2).u32("llama.attention.key_length", 32).u32("llama.attention.value_length", 32);
    b.f32("llama.attention.layer_norm_rms_epsilon", 1e-5f).u32("llama.vocab_size", kTinyVocabulary);
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
        std::size_t count = 1;
        for (std::int64_t n : shape) count *= static_cast<std::size_t>(n);
        std::vector<float> values(count);
        for (float& v : values) v = normal(random) + (shape.size() == 1 ? 1.0f : 0.0f);
        b.tensorF32(name, shape, values);
    };
    add("token_embd.weight", {64, kTinyVocabulary});
    add("output_norm.weight", {64});
    for (const std::string layer : {"blk.0.", "blk.1."}) {
        for (const char* norm : {"attn_norm.weight", "ffn_norm.weight"}) add(layer + norm, {64});
        add(layer + "attn_q.weight", {64, 128});
        add(layer + "attn_k.weight", {64, 64});
        add(layer + "attn_v.weight", {64, 64});
        add(layer + "attn_output.weight", {128, 64});
        add(layer + "ffn_gate.weight", {64, 96});
        add(layer + "ffn_up.weight", {64, 96});
        add(layer + "ffn_down.weight", {96, 64});
    }
    add("cls.output.weight", {64, 3}); // a classifier, for Pooling::Rank
    static const std::vector<std::byte> bytes = b.build(); // the file's views point into it
    auto file = gguf::File::parse(bytes);
    if (!file) return ADD_FAILURE() << file.error().message, nullptr;
    auto model = generate::LoadedModel::load(*file);
    if (!model) return ADD_FAILURE() << model.error().message, nullptr;
    return *model;
}

inline std::unique_ptr<generate::Session> tinySession(generate::SessionOptions options = {})
{
    auto session = generate::Session::create(tinyModel(), options);
    if (!session) return ADD_FAILURE() << session.error().message, nullptr;
    return std::move(*session);
}

inline std::unique_ptr<generate::Sequences> tinySequences(const generate::SessionOptions& options, int count)
{
    auto sequences = generate::Sequences::create(tinyModel(), options, count);
    if (!sequences) return ADD_FAILURE() << sequences.error().message, nullptr;
    return std::move(*sequences);
}

inline std::vector<generate::Token> tinyTokens(std::size_t n)
{
    std::vector<generate::Token> tokens(n);
    for (std::size_t i = 0; i < n; ++i) tokens[i] = static_cast<generate::Token>((i * 17 + i / 5) % kTinyVocabulary);
    return tokens;
}

} // namespace corral::test
