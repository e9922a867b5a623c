// Training by the memory sheet's § 6: the table of recipes and the formulas of activations.
#include "core/memory/training.h"

#include <gtest/gtest.h>

namespace corral::memory {
namespace {

TensorSize matrix(const std::string& name, std::uint64_t in, std::uint64_t out)
{
    TensorSize tensor;
    tensor.name = name;
    tensor.role = roleOf(name);
    tensor.layer = layerOf(name);
    tensor.in = in;
    tensor.out = out;
    return tensor;
}

// Llama 7B: 32 layers, D 4096, H 32, F 11008, V 32000.
ModelShape llama7b()
{
    ModelShape model;
    model.embedding = 4096;
    model.heads = 32;
    model.vocabulary = 32000;
    model.layers.resize(32);
    model.tensors = {matrix("token_embd.weight", 4096, 32000), matrix("output.weight", 4096, 32000)};
    for (int il = 0; il < 32; ++il) {
        const std::string block = "blk." + std::to_string(il) + ".";
        for (const char* part : {"attn_q", "attn_k", "attn_v", "attn_output"}) model.tensors.push_back(matrix(block + part + ".weight", 4096, 4096));
        for (const char* part : {"ffn_gate", "ffn_up"}) model.tensors.push_back(matrix(block + part + ".weight", 4096, 11008));
        model.tensors.push_back(matrix(block + "ffn_down.weight", 11008, 4096));
        model.tensors.push_back(matrix(block + "attn_norm.weight", 4096, 1));
    }
    for (const TensorSize& tensor : model.tensors) model.parameters += tensor.parameters();
    return model;
}

std::uint64_t states(Recipe recipe, std::uint64_t parameters)
{
    TrainingOptions o;
    o.recipe = recipe;
    const TrainingMemory m = trainingMemory(shapeOfParameters(parameters), o);
    EXPECT_EQ(m.activations.bytes, 0u) << "nothing is known of the layers";
    return m.weights.bytes + m.gradients.bytes + m.optimizer.bytes;
}

TEST(Training, RecipesOfTheSheet)
{
    constexpr std::uint64_t k7B = 7'000'000'000;
    EXPECT_EQ(states(Recipe::AdamWBf16, k7B), 56'000'000'000u);
    EXPECT_EQ(states(Recipe::AdamWF32, k7B), 112'000'000'000u);
    EXPECT_EQ(states(Recipe::AdamWMixed, k7B), 112'000'000'000u);
    EXPECT_EQ(states(Recipe::Adam8bit, k7B), 70'000'000'000u);
    EXPECT_EQ(states(Recipe::Sgd, k7B), 84'000'000'000u);
    EXPECT_GE(states(Recipe::Adafactor, k7B), 28'000'000'000u);
    EXPECT_LE(states(Recipe::Adafactor, k7B), 42'000'000'000u);
}

TEST(Training, LoraOfTheSheet)
{
    TrainingOptions o;
    o.method = TrainingMethod::Lora;
    const ModelShape model = llama7b();
    const TrainingMemory lora = trainingMemory(model, o);
    EXPECT_NEAR(static_cast<double>(lora.trainedParameters), 40e6, 1e6) << "rank 16, all matrices";
    EXPECT_EQ(lora.weights.bytes, model.parameters * 2);
    EXPECT_EQ(lora.adapters.bytes + lora.gradients.bytes + lora.optimizer.bytes, lora.trainedParameters * 16);

    o.targets = LoraTargets::QueryValue;
    EXPECT_EQ(trainingMemory(model, o).trainedParameters, 32u * 2 * 16 * (4096 + 4096));
    o.targets = LoraTargets::Attention;
    EXPECT_EQ(trainingMemory(model, o).trainedParameters, 32u * 4 * 16 * (4096 + 4096));
    o.rank = 64;
    EXPECT_EQ(trainingMemory(model, o).trainedParameters, 32u * 4 * 64 * (4096 + 4096));

    o = {};
    o.method = TrainingMethod::Qlora;
    const TrainingMemory qlora = trainingMemory(model, o);
    EXPECT_LT(qlora.weights.bytes, 4'300'000'000u);
    EXPECT_GT(qlora.weights.bytes, 3'700'000'000u);
    EXPECT_EQ(qlora.optimizer.bytes, lora.optimizer.bytes);
    EXPECT_EQ(trainingMemory(shapeOfParameters(7'000'000'000), o).weights.bytes, 3'937'500'000u);
}

TEST(Training, ActivationsOfTheSheet)
{
    const ModelShape model = llama7b();
    const std::uint64_t sbd = 2048ull * 4 * 4096, scores = 5ull * 32 * 2048 * 2048 * 4;
    TrainingOptions o;
    o.sequence = 2048;
    o.batch = 4;
    const auto activations = [&](Recompute recompute, bool flash) {
        o.recompute = recompute;
        o.flashAttention = flash;
        const TrainingMemory m = trainingMemory(model, o);
        EXPECT_FALSE(m.activations.formula.empty());
        EXPECT_EQ(m.total(), sum(std::span<const Quantity>(m.parts())));
        return m.activations.bytes;
    };
    EXPECT_EQ(activations(Recompute::None, true), 32 * sbd * 34);
    EXPECT_EQ(activations(Recompute::None, false), 32 * (sbd * 34 + scores));
    EXPECT_EQ(activations(Recompute::Selective, true), 32 * sbd * 34);
    EXPECT_EQ(activations(Recompute::Selective, false), 32 * sbd * 34 + scores);
    EXPECT_EQ(activations(Recompute::Full, true), 32 * sbd * 2 + sbd * 34);
    EXPECT_EQ(activations(Recompute::Full, false), 32 * sbd * 2 + sbd * 34 + scores);
    EXPECT_EQ(trainingMemory(model, o).logits.bytes, 2048ull * 4 * 32000 * 8);
}

TEST(Training, NamesGoBothWays)
{
    for (const Recipe recipe : {Recipe::AdamWMixed, Recipe::AdamWBf16, Recipe::AdamWF32, Recipe::Adam8bit, Recipe::Sgd, Recipe::Adafactor})
        EXPECT_EQ(parseRecipe(toString(recipe)), recipe);
    EXPECT_EQ(parseTrainingMethod("qlora"), TrainingMethod::Qlora);
    EXPECT_EQ(parseRecompute("selective"), Recompute::Selective);
    EXPECT_EQ(parseLoraTargets("qv"), LoraTargets::QueryValue);
    EXPECT_EQ(parseRecipe("adam"), std::nullopt);
}

} // namespace
} // namespace corral::memory
