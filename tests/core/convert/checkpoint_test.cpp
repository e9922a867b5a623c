// Small checkpoints made here: what becomes of them, and which are refused in which words.
#include "core/convert/checkpoint.h"
#include "core/quant/format.h"
#include "core/text/tokenizer.h"
#include "tests/core/convert/converted.h"
#include "tests/core/generate/session_support.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <thread>

namespace corral::convert {
namespace {

using test::TinyCheckpoint;
using testing::HasSubstr;

class Checkpoint : public testing::Test {
protected:
    Result<std::unique_ptr<quantize::Source>> open()
    {
        tiny.write(folder);
        return openCheckpoint(folder);
    }
    void expectRefused(ErrorCode code, const std::string& why)
    {
        const auto source = open();
        ASSERT_FALSE(source) << why;
        EXPECT_EQ(source.error().code, code) << source.error().message;
        EXPECT_THAT(source.error().message, HasSubstr(why));
    }
    // Another family with the same tensors.
    void become(const std::string& className, const std::string& modelType)
    {
        tiny.config["architectures"] = {className};
        tiny.config["model_type"] = modelType;
    }
    void addPerLayer(const std::string& name, std::vector<std::uint64_t> shape)
    {
        for (const char* layer : {"model.layers.0.", "model.layers.1."}) tiny.add(layer + name, shape);
    }
    static std::size_t indexOf(const quantize::Source& source, const std::string& name)
    {
        const auto found = std::ranges::find(source.tensors(), name, &quantize::SourceTensor::name);
        EXPECT_NE(found, source.tensors().end()) << name;
        return static_cast<std::size_t>(found - source.tensors().begin());
    }
    static const gguf::Value* key(const quantize::Source& source, const std::string& name)
    {
        const auto found = std::ranges::find(source.keys(), name, [](const auto& entry) { return entry.first; });
        return found == source.keys().end() ? nullptr : &found->second;
    }

    test::TempDir temporary;
    std::filesystem::path folder = temporary / "Tiny-1B-Chat";
    TinyCheckpoint tiny;
};

TEST_F(Checkpoint, BecomesAModelThatRuns)
{
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    for (const OutType type : {OutType::F32, OutType::F16, OutType::BF16, OutType::Q8_0}) {
        const auto path = temporary / "out.gguf";
        ASSERT_TRUE(test::writeAndOpen(**source, type, path));
        auto session = test::openSession(path, {.threads = 1});
        ASSERT_TRUE(session);
        const auto logits = test::stepLogits(*session, {1, 2, 3}, {4});
        EXPECT_TRUE(std::ranges::all_of(logits, [](float l) { return std::isfinite(l); }));
    }
}

TEST_F(Checkpoint, KeysComeInTheirOrder)
{
    tiny.config["torch_dtype"] = "float64"; // not trusted
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    const auto group = [](const std::string& name) { return name == "general.file_type" || name.starts_with("llama.") ? 1 : name == "general.quantization_version" ? 2 : name.starts_with("tokenizer.") ? 3 : 0; };
    EXPECT_TRUE(std::ranges::is_sorted((*source)->keys(), {}, [&](const auto& entry) { return group(entry.first); }));
    EXPECT_EQ((*source)->keys()[0].first, "general.architecture");
    EXPECT_EQ((*source)->keys()[1].first, "general.type");
    EXPECT_EQ(*key(**source, "general.name")->asString(), "Tiny-1B-Chat");
    EXPECT_EQ(*key(**source, "general.basename")->asString(), "Tiny");
    EXPECT_EQ(*key(**source, "general.finetune")->asString(), "Chat");
    EXPECT_EQ(*key(**source, "general.size_label")->asString(), "25K");
}

TEST_F(Checkpoint, RowsOfQueriesAndKeysAreInterleaved)
{
    tiny.add("model.layers.0.self_attn.q_proj.bias", {32});
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    const auto before = TinyCheckpoint::values(tiny.tensors["model.layers.0.self_attn.k_proj.weight"]);
    const auto after = test::readAll(**source, indexOf(**source, "blk.0.attn_k.weight"));
    const auto biasBefore = TinyCheckpoint::values(tiny.tensors["model.layers.0.self_attn.q_proj.bias"]);
    const auto biasAfter = test::readAll(**source, indexOf(**source, "blk.0.attn_q.bias"));
    constexpr std::size_t kSize = 8, kWidth = 32;
    for (std::size_t h = 0; h < 4; ++h)
        for (std::size_t s = 0; s < 2; ++s)
            for (std::size_t i = 0; i < kSize / 2; ++i) {
                const std::size_t to = h * kSize + 2 * i + s, from = h * kSize + s * (kSize / 2) + i;
                EXPECT_EQ(biasAfter[to], biasBefore[from]);
                for (std::size_t column = 0; h < 2 && column < kWidth; ++column)
                    EXPECT_EQ(after[to * kWidth + column], before[from * kWidth + column]);
            }
}

TEST_F(Checkpoint, ExpertsAreStackedFromEitherLayout)
{
    become("Qwen3MoeForCausalLM", "qwen3_moe");
    tiny.config.update({{"num_experts", 3}, {"num_experts_per_tok", 2}, {"moe_intermediate_size", 16}, {"norm_topk_prob", true}});
    addPerLayer("self_attn.q_norm.weight", {8});
    addPerLayer("self_attn.k_norm.weight", {8});
    addPerLayer("mlp.gate.weight", {3, 32});
    TinyCheckpoint::Tensors together = tiny.tensors;
    for (const char* layer : {"model.layers.0.mlp.", "model.layers.1.mlp."}) {
        const std::string in(layer);
        std::string gateUp, down;
        for (int e = 0; e < 3; ++e) {
            const std::string expert = std::format("{}experts.{}.", in, e);
            tiny.add(expert + "gate_proj.weight", {16, 32});
            tiny.add(expert + "up_proj.weight", {16, 32});
            tiny.add(expert + "down_proj.weight", {32, 16});
            gateUp += tiny.tensors[expert + "gate_proj.weight"].bytes + tiny.tensors[expert + "up_proj.weight"].bytes;
            down += tiny.tensors[expert + "down_proj.weight"].bytes;
        }
        together[in + "experts.gate_up_proj"] = {.dtype = "F32", .shape = {3, 32, 32}, .bytes = gateUp};
        together[in + "experts.down_proj"] = {.dtype = "F32", .shape = {3, 32, 16}, .bytes = down};
        for (const char* dense : {"gate_proj.weight", "up_proj.weight", "down_proj.weight"}) {
            tiny.tensors.erase(in + dense);
            together.erase(in + dense);
        }
    }
    const auto single = open();
    ASSERT_TRUE(single) << single.error().message;
    EXPECT_EQ(*key(**single, "general.size_label")->asString(), "3x16K");
    tiny.tensors = together;
    folder = temporary / "joint";
    const auto joint = open();
    ASSERT_TRUE(joint) << joint.error().message;
    ASSERT_EQ((*single)->tensors().size(), (*joint)->tensors().size());
    for (std::size_t i = 0; i < (*single)->tensors().size(); ++i) {
        EXPECT_EQ((*single)->tensors()[i].name, (*joint)->tensors()[i].name);
        EXPECT_EQ((*single)->tensors()[i].shape, (*joint)->tensors()[i].shape);
        EXPECT_EQ(test::readAll(**single, i), test::readAll(**joint, i)) << (*single)->tensors()[i].name;
    }
    const auto plan = makePlan(**joint, OutType::Q8_0);
    ASSERT_TRUE(plan);
    for (const quantize::PlannedTensor& tensor : plan->tensors) {
        if (tensor.name.ends_with("ffn_gate_inp.weight")) {
            EXPECT_EQ(tensor.type, quant::kF32);
        }
        if (tensor.name.ends_with("ffn_down_exps.weight")) {
            EXPECT_EQ(tensor.type, quant::kF16) << "rows of 16 do not fit blocks of 32";
        }
    }
    EXPECT_EQ(plan->fallbacks, 2);

    tiny.config["norm_topk_prob"] = false;
    expectRefused(ErrorCode::Unsupported, "norm_topk_prob");
    tiny.config["norm_topk_prob"] = true;
    tiny.config["mlp_only_layers"] = {1};
    expectRefused(ErrorCode::Unsupported, "mlp_only_layers");
    tiny.config["mlp_only_layers"] = nlohmann::json::array();
    tiny.config["decoder_sparse_step"] = 2;
    expectRefused(ErrorCode::Unsupported, "decoder_sparse_step");
    tiny.config["decoder_sparse_step"] = 1;
    tiny.config["moe_intermediate_size"] = 17;
    expectRefused(ErrorCode::Format, "rows 17 to 34");
}

TEST_F(Checkpoint, RowsAreReadFromManyThreads)
{
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    const std::size_t index = indexOf(**source, "blk.1.attn_q.weight");
    const std::vector<float> whole = test::readAll(**source, index);
    std::vector<std::vector<float>> parts(4, std::vector<float>(whole.size() / 4));
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < parts.size(); ++t)
            threads.emplace_back([&, t] {
                for (int again = 0; again < 20; ++again) (void)(*source)->readRows(index, t * 8, 8, parts[t]);
            });
    }
    for (std::size_t t = 0; t < parts.size(); ++t)
        EXPECT_TRUE(std::ranges::equal(parts[t], std::span(whole).subspan(t * parts[t].size(), parts[t].size())));
}

TEST_F(Checkpoint, AFileOfItOpensIt)
{
    tiny.write(folder);
    EXPECT_TRUE(openCheckpoint(folder / "model.safetensors"));
    EXPECT_TRUE(openCheckpoint(folder / "config.json"));
    EXPECT_TRUE(isCheckpoint(folder));
    EXPECT_FALSE(isCheckpoint(temporary.path()));
    EXPECT_FALSE(openCheckpoint(folder / "nothing"));
    test::writeFile(folder / "a.txt", "x");
    EXPECT_EQ(openCheckpoint(folder / "a.txt").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(defaultOutput(folder / "", "q4_k_m"), std::filesystem::weakly_canonical(temporary.path()) / "Tiny-1B-Chat-Q4_K_M.gguf");
}

TEST_F(Checkpoint, TypesOfOutputByName)
{
    EXPECT_EQ(parseOutType("BF16"), OutType::BF16);
    EXPECT_EQ(parseOutType("auto"), OutType::Auto);
    EXPECT_EQ(parseOutType("q8_0"), OutType::Q8_0);
    EXPECT_FALSE(parseOutType("q4_k_m"));
    EXPECT_FALSE(parseOutType(""));
}

TEST_F(Checkpoint, TiedWeightsAreStoredOnceUnderEitherName)
{
    tiny.config["tie_word_embeddings"] = true;
    auto source = open(); // a head that is there all the same is not written
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_FALSE(std::ranges::contains((*source)->tensors(), "output.weight", &quantize::SourceTensor::name));
    const auto table = TinyCheckpoint::values(tiny.tensors["lm_head.weight"]);
    tiny.tensors.erase("model.embed_tokens.weight");
    source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(test::readAll(**source, indexOf(**source, "token_embd.weight")), table);
    tiny.config["tie_word_embeddings"] = false;
    expectRefused(ErrorCode::Format, "model.embed_tokens.weight is missing");
}

TEST_F(Checkpoint, UnknownArchitecturesAreNamed)
{
    become("RwkvForCausalLM", "rwkv");
    expectRefused(ErrorCode::Unsupported, "\"RwkvForCausalLM\" cannot be converted; those that can: gemma2, gemma3, granite, llama");
    tiny.config.erase("architectures");
    expectRefused(ErrorCode::Unsupported, "without a name");
}

TEST_F(Checkpoint, TensorsThatDoNotFit)
{
    auto weight = tiny.tensors["model.layers.1.self_attn.k_proj.weight"];
    tiny.tensors.erase("model.layers.1.self_attn.k_proj.weight");
    expectRefused(ErrorCode::Format, "tensor model.layers.1.self_attn.k_proj.weight is missing");
    tiny.add("model.layers.1.self_attn.k_proj.weight", {15, 32});
    expectRefused(ErrorCode::Format, "does not divide into 2 heads");
    tiny.tensors["model.layers.1.self_attn.k_proj.weight"] = {.dtype = "I8", .shape = {16, 32}, .bytes = std::string(512, 'x')};
    expectRefused(ErrorCode::Unsupported, "numbers of dtype I8");
    tiny.tensors["model.layers.1.self_attn.k_proj.weight"] = {.dtype = "F32", .shape = {0, 32}, .bytes = ""};
    expectRefused(ErrorCode::Format, "which no model file can hold");
    tiny.tensors["model.layers.1.self_attn.k_proj.weight"] = weight;
    tiny.add("model.layers.0.self_attn.surprise.weight", {4});
    expectRefused(ErrorCode::Unsupported, "\"model.layers.0.self_attn.surprise.weight\" has no place in architecture llama");
    tiny.tensors.erase("model.layers.0.self_attn.surprise.weight");
    tiny.config["vocab_size"] = 7;
    expectRefused(ErrorCode::Format, "vocab_size is 7, the embedding has");
}

TEST_F(Checkpoint, ConfigurationsThatCannotBeExpressed)
{
    const nlohmann::json fine = tiny.config;
    const auto with = [&](const nlohmann::json& change, const std::string& why, ErrorCode code = ErrorCode::Unsupported) {
        tiny.config = fine;
        tiny.config.update(change);
        expectRefused(code, why);
    };
    with({{"quantization_config", {{"quant_method", "awq"}}}}, "already quantized (\"awq\")");
    with({{"hidden_act", "relu"}}, "hidden_act \"relu\"");
    with({{"rope_scaling", {{"type", "spiral"}, {"factor", 2}}}}, "rope scaling of type \"spiral\"");
    with({{"rope_scaling", {{"type", "linear"}}}}, "factor is missing", ErrorCode::Format);
    with({{"rope_scaling", {{"type", "llama3"}, {"low_freq_factor", 4}, {"high_freq_factor", 4}}}}, "high_freq_factor", ErrorCode::Format);
    with({{"num_attention_heads", 0}}, "num_attention_heads", ErrorCode::Format);
    with({{"num_hidden_layers", 1'000'000'000}}, "num_hidden_layers", ErrorCode::Format);
    with({{"hidden_size", "wide"}}, "hidden_size", ErrorCode::Format);
    with({{"hidden_size", nullptr}}, "hidden_size or n_embd or dim is missing", ErrorCode::Format);
    with({{"rms_norm_eps", -1}}, "rms_norm_eps", ErrorCode::Format);
    with({{"tie_word_embeddings", 3}}, "tie_word_embeddings", ErrorCode::Format);

    tiny.config = fine;
    become("SmolLM3ForCausalLM", "smollm3");
    const nlohmann::json smollm3 = tiny.config;
    EXPECT_TRUE(open());
    tiny.config["no_rope_layers"] = {1, 0};
    expectRefused(ErrorCode::Unsupported, "every fourth layer");
    tiny.config = smollm3;
    tiny.config["no_rope_layer_interval"] = 3;
    expectRefused(ErrorCode::Unsupported, "every fourth layer");
    tiny.config = smollm3;
    tiny.config.update({{"use_sliding_window", true}, {"sliding_window", 8}});
    expectRefused(ErrorCode::Unsupported, "use_sliding_window");

    tiny.config = fine;
    become("Gemma2ForCausalLM", "gemma2");
    tiny.config.update({{"hidden_act", "gelu_pytorch_tanh"}, {"head_dim", 8}, {"query_pre_attn_scalar", 9}, {"tie_word_embeddings", true}});
    addPerLayer("pre_feedforward_layernorm.weight", {32});
    addPerLayer("post_feedforward_layernorm.weight", {32});
    expectRefused(ErrorCode::Unsupported, "query_pre_attn_scalar 9");
    tiny.config["query_pre_attn_scalar"] = 8;
    tiny.config["layer_types"] = {"sliding_attention", "full_attention"};
    auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_FALSE(key(**source, "gemma2.attention.sliding_window_pattern"));
    tiny.config["layer_types"] = {"full_attention", "sliding_attention"};
    source = open();
    ASSERT_TRUE(source) << source.error().message;
    ASSERT_TRUE(key(**source, "gemma2.attention.sliding_window_pattern"));
    EXPECT_EQ(key(**source, "gemma2.attention.sliding_window_pattern")->asInts(), (std::vector<std::int64_t>{0, 1}));
    tiny.config["layer_types"] = {"full_attention", "lightning"};
    expectRefused(ErrorCode::Unsupported, "layer_types");
}

// Values that a file leaves out are the library's.
TEST_F(Checkpoint, DefaultsAreFilledIn)
{
    for (const char* name : {"rms_norm_eps", "rope_theta", "max_position_embeddings", "num_key_value_heads", "tie_word_embeddings"})
        tiny.config.erase(name);
    tiny.add("model.layers.0.self_attn.k_proj.weight", {32, 32});
    tiny.add("model.layers.1.self_attn.k_proj.weight", {32, 32});
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_FLOAT_EQ(static_cast<float>(*key(**source, "llama.attention.layer_norm_rms_epsilon")->asFloat()), 1e-6f);
    EXPECT_EQ(key(**source, "llama.context_length")->asInt(), 2048);
    EXPECT_EQ(key(**source, "llama.attention.head_count_kv")->asInt(), 4);
    EXPECT_EQ(key(**source, "llama.rope.freq_base")->asFloat(), 10000);
    EXPECT_FALSE(key(**source, "llama.attention.key_length"));
}

TEST_F(Checkpoint, RopeParametersUnderAllTheirNames)
{
    tiny.config["rope_scaling"] = {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32}, {"beta_fast", 16}};
    auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(*key(**source, "llama.rope.scaling.type")->asString(), "yarn");
    EXPECT_EQ(key(**source, "llama.rope.scaling.factor")->asFloat(), 4);
    EXPECT_EQ(key(**source, "llama.rope.scaling.original_context_length")->asInt(), 32);
    EXPECT_EQ(key(**source, "llama.rope.scaling.yarn_beta_fast")->asFloat(), 16);
    tiny.config.erase("rope_scaling");
    tiny.config.erase("rope_theta");
    tiny.config["rope_parameters"] = {{"full_attention", {{"rope_type", "linear"}, {"factor", 8}, {"rope_theta", 5e5}}},
                                      {"sliding_attention", {{"rope_theta", 1e4}}}};
    source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(*key(**source, "llama.rope.scaling.type")->asString(), "linear");
    EXPECT_EQ(key(**source, "llama.rope.freq_base")->asFloat(), 5e5);
}

// Phi-3's long and short factors, and the magnitude that goes with them.
TEST_F(Checkpoint, LongRope)
{
    become("Phi3ForCausalLM", "phi3");
    std::erase_if(tiny.tensors, [](const auto& entry) {
        return std::ranges::any_of(std::array{"q_proj", "k_proj", "v_proj", "gate_proj", "up_proj"},
                                   [&](const char* part) { return entry.first.contains(part); });
    });
    addPerLayer("self_attn.qkv_proj.weight", {64, 32});
    addPerLayer("mlp.gate_up_proj.weight", {128, 32});
    tiny.config["original_max_position_embeddings"] = 32;
    tiny.config["partial_rotary_factor"] = 0.5;
    tiny.config["rope_scaling"] = {{"type", "longrope"}, {"short_factor", {1.0, 1.25}}, {"long_factor", {2.0, 4.5}}};
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(test::readAll(**source, indexOf(**source, "rope_factors_long.weight")), (std::vector<float>{2, 4.5}));
    EXPECT_EQ(test::readAll(**source, indexOf(**source, "rope_factors_short.weight")), (std::vector<float>{1, 1.25}));
    EXPECT_EQ(key(**source, "phi3.rope.dimension_count")->asInt(), 4);
    EXPECT_EQ(key(**source, "phi3.rope.scaling.original_context_length")->asInt(), 32);
    EXPECT_FLOAT_EQ(static_cast<float>(*key(**source, "phi3.rope.scaling.attn_factor")->asFloat()), std::sqrt(1.4f)); // 1 + ln 4 / ln 32
    EXPECT_FALSE(key(**source, "phi3.rope.scaling.type"));
    ASSERT_TRUE(test::writeAndOpen(**source, OutType::F32, temporary / "phi3.gguf"));
    EXPECT_TRUE(test::openSession(temporary / "phi3.gguf", {.threads = 1}));
    tiny.config["rope_scaling"]["long_factor"] = {1.0};
    folder = temporary / "wrong";
    expectRefused(ErrorCode::Format, "long_factor of the rope parameters is no list of 2 numbers");
}

TEST_F(Checkpoint, WhatAVanishedFileLeavesBehindIsAnError)
{
    const auto source = open();
    ASSERT_TRUE(source) << source.error().message;
    std::filesystem::resize_file(folder / "model.safetensors", 4096);
    std::vector<float> values((*source)->tensors().back().elements());
    const auto read = (*source)->readRows((*source)->tensors().size() - 1, 0, (*source)->tensors().back().rows(), values);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::Io);
}

TEST_F(Checkpoint, ModelCardAndSampling)
{
    tiny.write(folder);
    test::writeFile(folder / "README.md", "---\nlicense: apache-2.0 # free\nlicense_link: 'https://example.org/l'\nlanguage:\n- en\n- zh\ntags: [chat, \"story\"]\n"
                                          "pipeline_tag: text-generation\nbase_model: org/Base-1B\ndatasets:\n  - some/data\nmodel-index:\n- name: x\n  results: []\n---\n# Title\nlicense: no\n");
    test::writeFile(folder / "generation_config.json", R"({"temperature": 0.5, "top_k": 7, "top_p": "high", "repetition_penalty": 1.1})");
    const auto source = openCheckpoint(folder);
    ASSERT_TRUE(source) << source.error().message;
    const auto text = [&](const std::string& name) { return key(**source, name) ? *key(**source, name)->asString() : "missing"; };
    EXPECT_EQ(text("general.license"), "apache-2.0");
    EXPECT_EQ(text("general.license.link"), "https://example.org/l");
    EXPECT_EQ(text("general.base_model.0.name"), "Base-1B");
    EXPECT_EQ(text("general.base_model.0.organization"), "org");
    EXPECT_EQ(text("general.dataset.0.repo_url"), "https://huggingface.co/datasets/some/data");
    EXPECT_EQ(*key(**source, "general.languages")->asStrings(), (std::vector<std::string>{"en", "zh"}));
    EXPECT_EQ(*key(**source, "general.tags")->asStrings(), (std::vector<std::string>{"chat", "story", "text-generation"}));
    EXPECT_EQ(key(**source, "general.sampling.temp")->asFloat(), 0.5);
    EXPECT_EQ(key(**source, "general.sampling.top_k")->type, gguf::ValueType::I32);
    EXPECT_FALSE(key(**source, "general.sampling.top_p"));
    EXPECT_TRUE(key(**source, "general.sampling.penalty_repeat"));
}

} // namespace
} // namespace corral::convert
