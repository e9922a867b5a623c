#include "core/quantize/target_size.h"

#include "core/quantize/type_choice.h"
#include "core/quantize/type_ids.h"
#include "tests/core/quantize/memory_source.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

namespace corral::quantize {
namespace {

using testing::HasSubstr;

TEST(TypeChoice, TakesTheBestStepsThatFit)
{
    // One kind gains much for its bytes, the other little.
    const std::vector<Possibility> steep{{1, 10, 8.0}, {2, 20, 2.0}, {3, 30, 1.0}}, flat{{1, 10, 0.5}, {2, 20, 0.2}, {3, 30, 0.1}};
    using Chosen = std::vector<std::size_t>;
    EXPECT_EQ(chooseTypes({steep, flat}, 20), (Chosen{0, 0}));
    EXPECT_EQ(chooseTypes({steep, flat}, 30), (Chosen{1, 0}));
    EXPECT_EQ(chooseTypes({steep, flat}, 40), (Chosen{2, 0}));
    EXPECT_EQ(chooseTypes({steep, flat}, 49), (Chosen{2, 0}));
    EXPECT_EQ(chooseTypes({steep, flat}, 60), (Chosen{2, 2}));
    EXPECT_EQ(chooseTypes({steep, flat}, 1000), (Chosen{2, 2}));
    EXPECT_TRUE(chooseTypes({}, 0).empty());
    // The middle one lies above the line between its neighbours, but is all that fits; one that is larger and worse is never taken.
    EXPECT_EQ(chooseTypes({{{1, 10, 8.0}, {2, 20, 7.5}, {3, 30, 1.0}, {4, 25, 9.0}}}, 29), (Chosen{1}));
    // Equal sizes: the better one.
    EXPECT_EQ(chooseTypes({{{1, 10, 8.0}, {2, 10, 7.0}}}, 10), (Chosen{1}));
}

TEST(TypeChoice, IsNearTheBestOfAllChoices)
{
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::vector<Possibility>> things(5);
        for (auto& list : things) {
            const std::uint64_t unit = 1 + random() % 20;
            double loss = 1 + static_cast<double>(random() % 100);
            for (std::uint32_t bits = 2; bits < 8; ++bits, loss /= 2.5 + static_cast<double>(random() % 30) / 10) list.push_back({bits, bits * unit, loss});
        }
        std::uint64_t smallest = 0, largest = 0;
        for (const auto& list : things) smallest += list.front().bytes, largest += list.back().bytes;
        const std::uint64_t budget = smallest + (largest - smallest) * (random() % 100) / 100;
        const auto chosen = chooseTypes(things, budget);
        std::uint64_t used = 0;
        double loss = 0, best = 1e300;
        for (std::size_t t = 0; t < things.size(); ++t) used += things[t][chosen[t]].bytes, loss += things[t][chosen[t]].loss;
        EXPECT_LE(used, budget);
        for (int code = 0; code < 6 * 6 * 6 * 6 * 6; ++code) {
            std::uint64_t bytes = 0;
            double sum = 0;
            for (int t = 0, rest = code; t < 5; ++t, rest /= 6) {
                const Possibility& p = things[static_cast<std::size_t>(t)][static_cast<std::size_t>(rest % 6)];
                bytes += p.bytes, sum += p.loss;
            }
            if (bytes <= budget) best = std::min(best, sum);
        }
        EXPECT_LE(loss, best * 2 + 1e-9) << "five coarse things; many fine ones come closer";
    }
}

// A model whose rows are noise, some of it coarser: sizes of a small real one.
class NoiseSource : public MemorySource {
public:
    using MemorySource::MemorySource;
    Result<void> readRows(std::size_t tensor, std::uint64_t first, std::uint64_t, std::span<float> out) const override
    {
        std::mt19937 random(static_cast<unsigned>(tensor * 7919 + first));
        std::normal_distribution<float> normal(0.0f, 0.05f);
        for (float& v : out) v = normal(random);
        return {};
    }
};

NoiseSource noisyLlama(std::uint64_t width = 512, int layers = 4)
{
    NoiseSource source;
    source.key("llama.block_count", gguf::u32(static_cast<std::uint32_t>(layers)));
    source.tensor("token_embd.weight", {width, 1000}).tensor("output_norm.weight", {width}, quant::kF32).tensor("output.weight", {width, 1000});
    for (int i = 0; i < layers; ++i) {
        const std::string block = "blk." + std::to_string(i) + ".";
        source.tensor(block + "attn_norm.weight", {width}, quant::kF32);
        for (const char* name : {"attn_q", "attn_output"}) source.tensor(block + name + ".weight", {width, width});
        for (const char* name : {"attn_k", "attn_v"}) source.tensor(block + name + ".weight", {width, width / 4});
        for (const char* name : {"ffn_gate", "ffn_up"}) source.tensor(block + name + ".weight", {width, width * 3});
        source.tensor(block + "ffn_down.weight", {width * 3, width});
    }
    return source;
}

std::uint64_t fileBytes(const Source& source, const Plan& plan)
{
    std::vector<gguf::TensorInfo> tensors;
    std::uint64_t bytes = 0;
    for (const PlannedTensor& planned : plan.tensors) {
        const SourceTensor& from = source.tensors()[planned.source];
        gguf::TensorInfo info;
        info.name = planned.name, info.shape = from.shape, info.dims = from.dims, info.type = planned.type;
        tensors.push_back(info);
        bytes += (planned.bytes + 31) / 32 * 32;
    }
    return bytes + gguf::headerBytes(plan.keys, tensors)->size();
}

std::uint32_t typeOf(const Plan& plan, std::string_view name) { return std::ranges::find(plan.tensors, name, &PlannedTensor::name)->type; }

TEST(TargetSize, HitsTheSizeFromBelow)
{
    const auto source = noisyLlama();
    Job job;
    const auto smallest = makePlan(source, *findTarget("Q2_K"), {.pure = true}), largest = makePlan(source, *findTarget("Q8_0"), {.pure = true});
    ASSERT_TRUE(smallest && largest);
    double lastLoss = 1e300;
    for (const double part : {0.02, 0.2, 0.4, 0.6, 0.8, 0.97}) {
        const auto goal = static_cast<std::uint64_t>(static_cast<double>(fileBytes(source, *smallest)) * (1 - part) + static_cast<double>(fileBytes(source, *largest)) * part);
        const auto plan = planForSize(source, {.bytes = goal}, {}, 2, job);
        ASSERT_TRUE(plan) << plan.error().message;
        EXPECT_LE(fileBytes(source, *plan), goal);
        EXPECT_GT(fileBytes(source, *plan), goal * 99 / 100);
        // The larger, the less is lost in total.
        double loss = 0;
        for (const PlannedTensor& t : plan->tensors)
            if (t.eligible) loss += std::pow(4.0, -8.0 * static_cast<double>(t.bytes) / static_cast<double>(source.tensors()[t.source].elements()));
        EXPECT_LT(loss, lastLoss);
        lastLoss = loss;
    }
    for (const double bits : {3.1, 4.2, 5.0, 6.9}) {
        const auto plan = planForSize(source, {.bitsPerWeight = bits}, {}, 2, job);
        ASSERT_TRUE(plan) << plan.error().message;
        EXPECT_LE(plan->bitsPerWeight(), bits);
        EXPECT_GT(plan->bitsPerWeight(), bits * 0.99);
    }
}

TEST(TargetSize, RolesAndOptionsCount)
{
    const auto source = noisyLlama();
    Job job;
    auto plan = planForSize(source, {.bitsPerWeight = 4.5}, {}, 2, job);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto bits = [&](const std::string& name) {
        const auto t = std::ranges::find(plan->tensors, name, &PlannedTensor::name);
        return 8.0 * static_cast<double>(t->bytes) / static_cast<double>(source.tensors()[t->source].elements());
    };
    EXPECT_GT(bits("output.weight"), bits("token_embd.weight")) << "the same noise in the same shape, but it matters more";
    EXPECT_GE(bits("blk.1.attn_v.weight"), bits("blk.1.attn_k.weight"));
    EXPECT_GE(bits("blk.1.ffn_down.weight"), bits("blk.1.ffn_up.weight"));
    EXPECT_EQ(typeOf(*plan, "output_norm.weight"), quant::kF32);
    for (const PlannedTensor& t : plan->tensors) EXPECT_FALSE(quant::findFormat(t.type)->name.starts_with("iq")) << t.name << ": without a matrix";

    PlanOptions options{.outputTensorType = Q8_0, .tokenEmbeddingType = Q4_0, .tensorTypes = {{"ffn_up", Q5_1}}};
    plan = planForSize(source, {.bitsPerWeight = 5}, options, 2, job);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(typeOf(*plan, "output.weight"), Q8_0);
    EXPECT_EQ(typeOf(*plan, "token_embd.weight"), Q4_0);
    EXPECT_EQ(typeOf(*plan, "blk.2.ffn_up.weight"), Q5_1);
    EXPECT_LE(plan->bitsPerWeight(), 5);
    EXPECT_GT(plan->bitsPerWeight(), 4.95);
}

TEST(TargetSize, MatrixBringsTheSmallTypes)
{
    const auto source = noisyLlama();
    Imatrix matrix;
    std::mt19937 random(3);
    for (const SourceTensor& t : source.tensors()) {
        if (!t.name.starts_with("blk.") || t.dims < 2) continue;
        std::vector<float> sums(t.shape[0]);
        for (float& v : sums) v = 0.1f + static_cast<float>(random() % 1000) / 100;
        matrix.set(t.name, {.sumSquares = sums, .counts = {1}});
    }
    Job job;
    const auto plan = planForSize(source, {.bitsPerWeight = 2.4}, {.imatrix = &matrix}, 2, job);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_LE(plan->bitsPerWeight(), 2.4);
    EXPECT_FALSE(plan->missingImportance);
    int small = 0;
    for (const PlannedTensor& t : plan->tensors) small += quant::findFormat(t.type)->name.starts_with("iq");
    EXPECT_GT(small, 5);
    EXPECT_FALSE(planForSize(source, {.bitsPerWeight = 2.4}, {}, 2, job)) << "out of reach without";
}

TEST(TargetSize, SaysWhatCanBeReached)
{
    const auto source = noisyLlama(64, 1); // rows of 64 and 192 values: blocks of 32
    Job job;
    auto plan = planForSize(source, {.bitsPerWeight = 1}, {}, 1, job);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(plan.error().message, HasSubstr("this model can have 4.5"));
    plan = planForSize(source, {.bytes = 1000}, {}, 1, job);
    ASSERT_FALSE(plan);
    EXPECT_THAT(plan.error().message, HasSubstr(" bytes to "));
    plan = planForSize(source, {.bitsPerWeight = 5}, {}, 1, job);
    ASSERT_TRUE(plan) << plan.error().message;
    for (const PlannedTensor& t : plan->tensors)
        EXPECT_TRUE(!t.eligible || std::ranges::contains(std::vector<std::uint32_t>{Q4_0, Q5_0, Q5_1, Q8_0, F16}, t.type)) << t.type;
    EXPECT_FALSE(planForSize(source, {}, {}, 1, job));
    EXPECT_FALSE(planForSize(source, {.bytes = 5, .bitsPerWeight = 5}, {}, 1, job));
    EXPECT_FALSE(planForSize(source, {.bitsPerWeight = 5}, {.pure = true}, 1, job));
    job.cancel();
    EXPECT_EQ(planForSize(source, {.bitsPerWeight = 5}, {}, 1, job).error().code, ErrorCode::Cancelled);
}

} // namespace
} // namespace corral::quantize
