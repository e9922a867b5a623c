// Architectures that came with the converter, by what must hold of any weights.
#include "core/convert/checkpoint.h"
#include "core/quantize/write.h"
#include "tests/core/generate/session_support.h"
#include "tests/support/tiny_checkpoint.h"

#include <cmath>
#include <format>
#include <functional>

namespace corral::convert {
namespace {

using generate::Token;

class ConvertedModel : public testing::Test {
protected:
    // Logits of the positions after a prompt, [1 + 6, vocabulary]; keys are changed before they are written.
    std::vector<float> logits(const std::function<void(gguf::Keys&)>& change = {})
    {
        const auto folder = m_temporary / std::format("{}", m_count++);
        tiny.write(folder);
        const auto source = openCheckpoint(folder);
        if (!source) return ADD_FAILURE() << source.error().message, std::vector<float>();
        auto plan = makePlan(**source, OutType::F32);
        if (!plan) return ADD_FAILURE() << plan.error().message, std::vector<float>();
        if (change) change(plan->keys);
        Job job;
        const auto path = folder / "out.gguf";
        const auto report = quantize::write(**source, *plan, nullptr, {.output = path, .threads = 1}, job);
        if (!report) return ADD_FAILURE() << report.error().message, std::vector<float>();
        auto session = test::openSession(path, {.cacheK = generate::CacheType::F32, .cacheV = generate::CacheType::F32, .threads = 1});
        return session ? test::stepLogits(*session, prompt, {9, 26, 5, 35, 8, 9}) : std::vector<float>();
    }
    std::span<const float> row(const std::vector<float>& all, std::size_t index) const
    {
        const std::size_t width = tiny.config["vocab_size"];
        return std::span(all).subspan(index * width, width);
    }

    test::TinyCheckpoint tiny;
    std::vector<Token> prompt = {3, 14, 15};

private:
    test::TempDir m_temporary;
    int m_count = 0;
};

TEST_F(ConvertedModel, GraniteIsLlamaWithMultipliers)
{
    const auto llama = logits();
    tiny.config["architectures"] = {"GraniteForCausalLM"};
    tiny.config["model_type"] = "granite";
    tiny.config["attention_multiplier"] = 1 / std::sqrt(8.0);
    EXPECT_LE(test::largestDifference(logits(), llama), 1e-6) << "neutral ones";

    tiny.config["logits_scaling"] = 2.0;
    auto halves = logits();
    for (float& value : halves) value *= 2;
    EXPECT_LE(test::largestDifference(halves, llama), 1e-6);
    tiny.config["logits_scaling"] = 1.0;

    // A factor of the embedding is the same as larger weights.
    tiny.config["embedding_multiplier"] = 4.0;
    const auto scaled = logits();
    EXPECT_GT(test::largestDifference(scaled, llama), 1e-3);
    tiny.config["embedding_multiplier"] = 1.0;
    auto& table = tiny.tensors["model.embed_tokens.weight"];
    auto values = test::TinyCheckpoint::values(table);
    const std::string before = table.bytes;
    for (float& value : values) value *= 4;
    table.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    EXPECT_LE(test::largestDifference(logits(), scaled), 1e-5);
    table.bytes = before;

    // Nothing is added to the residual stream at all when the parts' outputs are made tiny: only the embedding is left.
    tiny.config["residual_multiplier"] = 1e-6;
    const auto almostNothing = logits();
    for (auto& [name, tensor] : tiny.tensors)
        if (name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight")) tensor.bytes.assign(tensor.bytes.size(), '\0');
    EXPECT_LE(test::largestDifference(almostNothing, logits()), 1e-4);
}

TEST_F(ConvertedModel, GraniteWithoutPositionsForgetsTheOrder)
{
    tiny.config["architectures"] = {"GraniteForCausalLM"};
    tiny.config["model_type"] = "granite";
    tiny.config["num_hidden_layers"] = 1; // deeper ones see what each position saw before it
    std::erase_if(tiny.tensors, [](const auto& entry) { return entry.first.starts_with("model.layers.1."); });
    const auto withoutPositions = [](gguf::Keys& keys) { gguf::setKey(keys, "granite.rope.scaling.finetuned", gguf::boolean(false)); };
    const auto still = logits(withoutPositions), rotated = logits();
    prompt = {14, 3, 15};
    EXPECT_LE(test::largestDifference(logits(withoutPositions), still), 1e-6);
    EXPECT_GT(test::largestDifference(logits(), rotated), 1e-4);
}

TEST_F(ConvertedModel, Olmo2NormalisesAfterwardsAndMaySlide)
{
    tiny.config["architectures"] = {"Olmo2ForCausalLM"};
    tiny.config["model_type"] = "olmo2";
    for (const std::string layer : {"model.layers.0.", "model.layers.1."}) {
        tiny.tensors.erase(layer + "input_layernorm.weight");
        tiny.add(layer + "post_feedforward_layernorm.weight", {32});
        tiny.add(layer + "self_attn.q_norm.weight", {32});
        tiny.add(layer + "self_attn.k_norm.weight", {16});
    }
    const auto full = logits();
    // What is normalised as a whole does not change with the size of its projection, nor does what is normalised afterwards.
    const auto before = tiny.tensors;
    for (auto& [name, tensor] : tiny.tensors) {
        if (!name.contains("q_proj") && !name.contains("k_proj") && !name.contains("down_proj")) continue;
        auto values = test::TinyCheckpoint::values(tensor);
        for (float& value : values) value *= 16;
        tensor.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    }
    EXPECT_LE(test::largestDifference(logits(), full), 2e-2); // but for eps
    tiny.tensors = before;

    // With a window of four tokens the first four positions are as they were, later ones are not.
    const auto sliding = logits([](gguf::Keys& keys) { gguf::setKey(keys, "olmo2.attention.sliding_window", gguf::u32(4)); });
    for (std::size_t i = 0; i < 7; ++i) {
        const double difference = test::largestDifference(row(sliding, i), row(full, i));
        if (i < 2) {
            EXPECT_LE(difference, 1e-6) << "position " << i + 2;
        } else {
            EXPECT_GT(difference, 1e-6) << "position " << i + 2;
        }
    }
}

} // namespace
} // namespace corral::convert
