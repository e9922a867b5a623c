#include "core/quantize/plan.h"

#include "core/quantize/name_pattern.h"
#include "core/quantize/type_ids.h"
#include "tests/core/quantize/memory_source.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace corral::quantize {
namespace {

using testing::HasSubstr;

// The type of a tensor in a plan that has to succeed.
std::uint32_t typeIn(const Result<Plan>& plan, std::string_view name)
{
    EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
    if (!plan) return 0xffff;
    const auto found = std::ranges::find(plan->tensors, name, &PlannedTensor::name);
    EXPECT_NE(found, plan->tensors.end()) << name;
    return found == plan->tensors.end() ? 0xffff : found->type;
}

std::vector<std::string> keyNames(const gguf::Keys& keys)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : keys) names.push_back(name);
    return names;
}

const gguf::Value* find(const gguf::Keys& keys, std::string_view name)
{
    const auto found = std::ranges::find(keys, name, &gguf::Keys::value_type::first);
    return found == keys.end() ? nullptr : &found->second;
}

Result<Plan> plan(const Source& source, std::string_view target, PlanOptions options = {}) { return makePlan(source, *findTarget(target), options); }

TEST(Targets, NamesNumbersAndAliases)
{
    EXPECT_EQ(allTargets().size(), 39u);
    EXPECT_EQ(findTarget("q4_k_m"), findTarget("Q4_K_M"));
    EXPECT_EQ(findTarget("15")->name, "Q4_K_M");
    EXPECT_EQ(findTarget("0")->name, "F32");
    EXPECT_EQ(findTarget("Q4_K")->fileType, 15u);
    EXPECT_EQ(findTarget("COPY")->copy, true);
    for (const char* wrong : {"", "Q4", "4", "33", "-1", "15x", "99999999999", "Q4_K_M "}) EXPECT_EQ(findTarget(wrong), nullptr) << wrong;
    for (const Target& target : allTargets()) {
        EXPECT_EQ(findTarget(target.name), &target);
        EXPECT_TRUE(quant::findFormat(target.baseType)) << target.name;
    }
}

TEST(Plan, WhatIsNotQuantized)
{
    auto source = llama(1, 256);
    for (const char* name : {"blk.0.ffn_gate_inp.weight", "blk.0.attn_k_norm.weight", "blk.0.ssm_conv1d.weight", "position_embd.weight", "token_types.weight",
                             "blk.0.attn_q.bias", "v.patch_embd.weight", "blk.0.time_mix_w1.weight"})
        source.tensor(name, {256, 8});
    source.tensor("flat.weight", {256, 1, 1}).tensor("whole.weight", {256, 2}, 26).tensor("blk.0.ffn_gate_inp_shexp.weight", {256, 4});
    const auto made = plan(source, "Q8_0");
    for (const char* name : {"blk.0.ffn_gate_inp.weight", "blk.0.attn_k_norm.weight", "blk.0.ssm_conv1d.weight", "position_embd.weight", "token_types.weight",
                             "blk.0.attn_q.bias", "v.patch_embd.weight", "blk.0.time_mix_w1.weight", "flat.weight"})
        EXPECT_EQ(typeIn(made, name), quant::kF16) << name;
    EXPECT_EQ(typeIn(made, "whole.weight"), 26u) << "integers are no weights";
    EXPECT_EQ(typeIn(made, "blk.0.attn_norm.weight"), quant::kF32);
    EXPECT_EQ(typeIn(made, "blk.0.ffn_gate_inp_shexp.weight"), Q8_0);
    EXPECT_EQ(typeIn(made, "output.weight"), Q8_0);
}

TEST(Plan, OptionsOverTheRules)
{
    const auto source = llama(8, 256);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M"), "output.weight"), Q6_K);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.leaveOutputTensor = true}), "output.weight"), F16);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.pure = true}), "output.weight"), Q4_K);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.pure = true}), "blk.0.ffn_down.weight"), Q4_K);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.outputTensorType = Q8_0}), "output.weight"), Q8_0);
    EXPECT_EQ(typeIn(plan(source, "F16", {.outputTensorType = Q8_0}), "output.weight"), Q8_0);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.tokenEmbeddingType = Q2_K}), "token_embd.weight"), Q2_K);
    const auto tied = llama(2, 256, 4, 4, true);
    EXPECT_EQ(typeIn(plan(tied, "Q4_K_M", {.outputTensorType = Q8_0}), "token_embd.weight"), Q8_0) << "tied embeddings are the output";
    EXPECT_EQ(typeIn(plan(tied, "Q4_K_M", {.outputTensorType = Q8_0, .tokenEmbeddingType = Q5_K}), "token_embd.weight"), Q5_K);
}

TEST(Plan, TensorTypesByExpression)
{
    const auto source = llama(8, 256);
    PlanOptions options{.tensorTypes = {{"ffn_(up|gate)", Q2_K}, {"blk\\.[0-3]\\.attn_v", Q8_0}, {"attn_v", Q3_K}, {"output\\.weight$", Q5_0}}};
    const auto made = plan(source, "Q4_K_M", options);
    EXPECT_EQ(typeIn(made, "blk.5.ffn_up.weight"), Q2_K);
    EXPECT_EQ(typeIn(made, "blk.3.attn_v.weight"), Q8_0) << "the first match wins";
    EXPECT_EQ(typeIn(made, "blk.4.attn_v.weight"), Q3_K);
    EXPECT_EQ(typeIn(made, "output.weight"), Q5_0);
    EXPECT_EQ(typeIn(made, "blk.0.attn_output.weight"), Q5_0) << "searched anywhere";
    EXPECT_EQ(typeIn(made, "blk.0.ffn_down.weight"), Q6_K);
    EXPECT_EQ(typeIn(plan(source, "F16", options), "blk.5.ffn_up.weight"), F16) << "not for targets without blocks";
    // Matrices chosen by hand are not counted: layer 1's is the first the rules see, and the first eighth of eight layers.
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M", {.tensorTypes = {{"blk\\.0\\.ffn_down", Q8_0}}}), "blk.1.ffn_down.weight"), Q6_K);
    EXPECT_EQ(typeIn(plan(source, "Q4_K_M"), "blk.1.ffn_down.weight"), Q4_K);
    // Shapes still decide.
    const auto narrow = llama(1, 96);
    const auto fallen = plan(narrow, "Q8_0", {.tensorTypes = {{"attn_q", Q6_K}}});
    EXPECT_EQ(typeIn(fallen, "blk.0.attn_q.weight"), Q8_0);
    EXPECT_EQ(fallen->fallbacks, 1);
}

TEST(Plan, BadExpressionsAreErrorsWithAPosition)
{
    const auto source = llama(1, 256);
    for (const auto& [expression, words] : {std::pair<std::string, std::string>{"attn_(q|v", "position 9"}, {"*", "position"}, {"[a-", "position"}, {"", "empty"},
                                            {"(?<x", "position"}, {std::string(9000, 'a'), "9000 bytes"}, {std::string(5000, '('), "position"}}) {
        const auto made = plan(source, "Q4_K_M", {.tensorTypes = {{expression, Q8_0}}});
        ASSERT_FALSE(made) << expression;
        EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument);
        EXPECT_THAT(made.error().message, HasSubstr(words));
        EXPECT_FALSE(made.error().message.contains('\n'));
    }
}

TEST(NamePattern, ExplosiveExpressionsEnd)
{
    const auto start = std::chrono::steady_clock::now();
    for (const char* expression : {"(a+)+$", "(a|a)*b", "(a|aa)+c", "((a*)*)*d", "(.*)*(.*)*(.*)*x$"}) {
        const auto pattern = NamePattern::compile(expression);
        ASSERT_TRUE(pattern) << expression;
        const auto matches = pattern->matches(std::string(62, 'a') + "!");
        if (!matches) {
            EXPECT_EQ(matches.error().code, ErrorCode::InvalidArgument) << expression;
        } else {
            EXPECT_FALSE(*matches) << expression;
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    EXPECT_TRUE(*NamePattern::compile("\\x61$")->matches("bla"));
    EXPECT_FALSE(*NamePattern::compile("a$")->matches("a\n")) << "the end is the end";
}

TEST(Plan, Fallbacks)
{
    const auto types = [](std::string_view target, std::uint64_t width) { return typeIn(plan(llama(8, width), target), "blk.2.attn_q.weight"); };
    EXPECT_EQ(types("IQ4_XS", 96), IQ4_NL);
    EXPECT_EQ(types("IQ3_S", 96), IQ4_NL);
    EXPECT_EQ(types("Q2_K_S", 96), Q4_0);
    EXPECT_EQ(types("Q3_K_S", 96), Q4_0);
    EXPECT_EQ(types("TQ2_0", 96), Q4_0);
    EXPECT_EQ(types("Q4_K_S", 96), Q5_0);
    EXPECT_EQ(types("Q5_K_S", 96), Q5_1);
    EXPECT_EQ(types("Q6_K", 96), Q8_0);
    EXPECT_EQ(types("Q4_0", 96), Q4_0);
    EXPECT_EQ(types("Q4_0", 80), F16);
    EXPECT_EQ(types("Q6_K", 80), F16);
    const auto refused = plan(llama(1, 96), "Q1_0");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("no tensor type fallback is defined for type q1_0"), HasSubstr("rows of 96"), HasSubstr("tensor ")));
    const auto forced = plan(llama(1, 96), "Q8_0", {.outputTensorType = Q6_K});
    ASSERT_FALSE(forced) << "asked for by name: no check of shapes before, no file that cannot be read after";
    EXPECT_THAT(forced.error().message, HasSubstr("output.weight"));
}

TEST(Plan, QuantizingAgainNeedsPermission)
{
    MemorySource source;
    source.key("llama.block_count", gguf::u32(1)).tensor("token_embd.weight", {256, 4}, Q4_0).tensor("blk.0.attn_q.weight", {256, 4}, Q8_0);
    const auto refused = plan(source, "Q8_0");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("token_embd.weight"), HasSubstr("q4_0")));
    EXPECT_TRUE(plan(source, "Q8_0", {.allowRequantize = true}));
    EXPECT_TRUE(plan(source, "COPY"));
    EXPECT_EQ(plan(source, "COPY")->bytes, plan(source, "COPY")->sourceBytes);
}

TEST(Plan, OrderAndSizes)
{
    MemorySource source;
    source.tensor("blk.10.attn_q.weight", {256, 2}).tensor("blk.9.attn_q.weight", {256, 2}).tensor("blk.9.attn_k.weight", {256, 2});
    source.tensor("token_embd.weight", {256, 4}).tensor("output_norm.weight", {256}, quant::kF32).tensor("enc.blk.0.ffn_up.weight", {256, 2});
    const auto made = plan(source, "Q8_0");
    ASSERT_TRUE(made);
    std::vector<std::string> names;
    std::uint64_t bytes = 0;
    for (const PlannedTensor& tensor : made->tensors) {
        names.push_back(tensor.name);
        bytes += tensor.bytes;
        EXPECT_EQ(source.tensors()[tensor.source].name, tensor.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"enc.blk.0.ffn_up.weight", "output_norm.weight", "token_embd.weight", "blk.9.attn_k.weight", "blk.9.attn_q.weight", "blk.10.attn_q.weight"}));
    EXPECT_EQ(made->bytes, bytes);
    EXPECT_EQ(made->elements, 256u * 13);
    EXPECT_EQ(made->bytes, 256u * 12 / 32 * 34 + 1024);
    EXPECT_DOUBLE_EQ(made->bitsPerWeight(), 8.0 * static_cast<double>(bytes) / (256 * 13));
}

TEST(Plan, PrunedLayersAreRenumbered)
{
    auto source = llama(6, 256);
    source.key("llama.feed_forward_length", gguf::u32s({10, 11, 12, 13, 14, 15})).key("llama.rope.dimension_sections", gguf::u32s({1, 2, 3, 4}));
    const auto made = plan(source, "Q8_0", {.pruneLayers = {4, 1, 1}});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->tensors.size(), source.tensors().size() - 2 * 8);
    std::map<std::string, std::string> origin;
    for (const PlannedTensor& tensor : made->tensors) origin[tensor.name] = tensor.originalName;
    EXPECT_EQ(origin["blk.0.attn_q.weight"], "blk.0.attn_q.weight");
    EXPECT_EQ(origin["blk.1.attn_q.weight"], "blk.2.attn_q.weight");
    EXPECT_EQ(origin["blk.3.attn_norm.weight"], "blk.5.attn_norm.weight");
    EXPECT_FALSE(origin.contains("blk.4.attn_q.weight"));
    EXPECT_EQ(find(made->keys, "llama.block_count")->asInt(), 4);
    EXPECT_EQ(find(made->keys, "llama.feed_forward_length")->asInts(), (std::vector<std::int64_t>{10, 12, 13, 15}));
    EXPECT_EQ(find(made->keys, "llama.rope.dimension_sections")->asInts()->size(), 4u);
    for (const int layer : {-1, 6, 100000}) {
        const auto refused = plan(source, "Q8_0", {.pruneLayers = {layer}});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    }
}

TEST(Plan, Keys)
{
    auto source = llama(1, 256);
    source.key("general.file_type", gguf::u32(1)).key("split.no", gguf::u16(0)).key("split.count", gguf::u16(2)).key("split.tensors.count", gguf::i32(10));
    source.key("general.alignment", gguf::u32(64)).key("general.name", gguf::string("x"));
    Imatrix imatrix;
    imatrix.file = std::string(200, 'f');
    imatrix.datasets = {"wiki", "more"};
    imatrix.set("blk.0.attn_q.weight", {.sumSquares = std::vector<float>(256, 1.0f), .counts = {1}});
    PlanOptions options{.overrides = {{"general.name", gguf::string("y")}, {"new.key", gguf::boolean(true)}}, .imatrix = &imatrix};
    auto made = plan(source, "Q4_K_M", options);
    ASSERT_TRUE(made);
    EXPECT_EQ(keyNames(made->keys), (std::vector<std::string>{"general.architecture", "llama.block_count", "llama.attention.head_count", "llama.attention.head_count_kv",
                                                              "general.quantization_version", "general.file_type", "general.name", "new.key", "quantize.imatrix.file",
                                                              "quantize.imatrix.dataset", "quantize.imatrix.entries_count"}));
    EXPECT_EQ(find(made->keys, "general.file_type")->asInt(), 15);
    EXPECT_EQ(find(made->keys, "general.quantization_version")->asInt(), 2);
    EXPECT_EQ(*find(made->keys, "general.name")->asString(), "y");
    EXPECT_EQ(find(made->keys, "quantize.imatrix.file")->asString()->size(), 127u);
    EXPECT_EQ(*find(made->keys, "quantize.imatrix.dataset")->asString(), "wiki");
    EXPECT_EQ(find(made->keys, "quantize.imatrix.entries_count")->asInt(), 1);
    imatrix.chunkCount = 7;
    made = plan(source, "Q4_K_M", options);
    EXPECT_EQ(find(made->keys, "quantize.imatrix.chunks_count")->asInt(), 7);
    EXPECT_EQ(find(plan(source, "COPY")->keys, "general.file_type")->asInt(), 1) << "the input's";
    EXPECT_EQ(find(plan(llama(1, 256), "COPY")->keys, "general.file_type"), nullptr);
}

TEST(Plan, KeepsShards)
{
    MemorySource source;
    source.tensor("blk.1.attn_q.weight", {256, 2}, quant::kF16, 1).tensor("blk.0.attn_q.weight", {256, 2}, quant::kF16, 1).tensor("token_embd.weight", {256, 2}, quant::kF16, 2);
    const auto made = plan(source, "Q8_0", {.keepSplit = true});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->shards, 3);
    EXPECT_EQ(made->tensors[0].name, "blk.1.attn_q.weight");
    EXPECT_EQ(made->tensors[0].shard, 1);
    EXPECT_EQ(made->tensors[2].shard, 2);
    EXPECT_EQ(plan(source, "Q8_0")->shards, 1);
}

TEST(Plan, NamesTheTensorThatLacksImportances)
{
    const auto source = llama(2, 256);
    EXPECT_EQ(plan(source, "IQ2_XXS")->missingImportance, "blk.0.attn_k.weight");
    EXPECT_EQ(plan(source, "Q2_K")->missingImportance, std::nullopt);
    EXPECT_EQ(plan(source, "Q2_K_S")->missingImportance, "blk.0.attn_k.weight");
    Imatrix imatrix;
    for (const SourceTensor& tensor : source.tensors())
        if (tensor.name != "blk.1.ffn_up.weight") imatrix.set(tensor.name, {.sumSquares = std::vector<float>(256, 1.0f), .counts = {1}});
    EXPECT_EQ(plan(source, "IQ2_XXS", {.imatrix = &imatrix})->missingImportance, "blk.1.ffn_up.weight");
    imatrix.set("blk.1.ffn_up.weight", {.sumSquares = std::vector<float>(256, 1.0f), .counts = {1}});
    EXPECT_EQ(plan(source, "IQ2_XXS", {.imatrix = &imatrix})->missingImportance, std::nullopt);
}

TEST(Plan, ExactTypesAreOverEveryRule)
{
    const auto made = plan(llama(1, 256), "Q4_K_M", {.outputTensorType = Q8_0, .exactTypes = {{"output.weight", Q2_K}, {"blk.0.attn_q.weight", Q6_K}, {"blk.0.attn_norm.weight", Q8_0}}});
    EXPECT_EQ(typeIn(made, "output.weight"), Q2_K);
    EXPECT_EQ(typeIn(made, "blk.0.attn_q.weight"), Q6_K);
    EXPECT_EQ(typeIn(made, "blk.0.attn_norm.weight"), F32) << "norms are never quantized";
}

// Any architecture, also one whose keys are missing or mad.
TEST(Plan, StrangeModels)
{
    MemorySource empty;
    EXPECT_TRUE(plan(empty, "Q4_K_M"));
    MemorySource mad("what");
    mad.key("what.block_count", gguf::string("many")).key("what.attention.head_count", gguf::u32(4000000000u)).key("what.expert_count", gguf::i32s({}));
    mad.key("what.attention.head_count_kv", gguf::u32(0)).tensor("blk.99999999999.ffn_down.weight", {256, 2}).tensor("blk.2147483647.ffn_down.weight", {256, 2}).tensor("blk.", {256, 2});
    for (const Target& target : allTargets()) EXPECT_TRUE(plan(mad, target.name)) << target.name;
}

} // namespace
} // namespace corral::quantize
