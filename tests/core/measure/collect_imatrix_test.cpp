// Importances: against plain double loops over a tiny model, and what must hold for experts.
#include "core/measure/collect_imatrix.h"

#include "core/measure/importance_statistics.h"
#include "core/measure/importance_sums.h"
#include "tests/core/measure/opened_model.h"
#include "tests/core/measure/plain_llama.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

namespace corral::measure {
namespace {

using generate::CacheType;
using quantize::Imatrix;
using test::OpenedModel;
using testing::ElementsAre;
using testing::HasSubstr;

std::string someText(int words)
{
    std::string text;
    for (int i = 0; i < words; ++i) text += i % 4 == 0 ? "Hello world " : i % 5 == 1 ? "the ring! " : std::to_string(i * 7) + " ";
    return text;
}

Result<Collected> collect(const OpenedModel& opened, std::string_view text, CollectOptions options)
{
    Job job;
    options.threads = 2;
    return collectImatrix(opened.model, *opened.tokenizer, text, options, job);
}

class Collecting : public testing::Test {
protected:
    void SetUp() override
    {
        test::TinyModel{}.write(dir / "tiny.gguf");
        opened = test::openModel(dir / "tiny.gguf");
        ASSERT_TRUE(opened);
    }
    test::TempDir dir;
    OpenedModel opened;
    CollectOptions exact{.contextLength = 24, .outputTensor = true, .dataset = "words.txt", .cacheK = CacheType::F32, .cacheV = CacheType::F32};
};

TEST_F(Collecting, SumsAreThoseOfThePlainForwardPass)
{
    const std::string text = someText(40);
    const auto tokens = opened.tokenizer->encode(text, {.addSpecial = true, .parseSpecial = false});
    std::map<std::string, std::vector<double>> expected;
    const std::size_t chunks = tokens.size() / 24;
    ASSERT_GE(chunks, 3u);
    const test::PlainLlama plain(opened.model->file());
    for (std::size_t c = 0; c < chunks; ++c) {
        std::vector<int> chunk(tokens.begin() + std::ptrdiff_t(24 * c), tokens.begin() + std::ptrdiff_t(24 * (c + 1)));
        chunk[0] = 1; // BOS
        plain.run(chunk, expected);
    }
    ASSERT_EQ(expected.size(), 2 * 7 + 1u);

    for (const bool perplexity : {true, false})
        for (const int batch : {5, 512}) {
            exact.perplexity = perplexity;
            exact.batch = batch;
            const auto collected = collect(opened, text, exact);
            ASSERT_TRUE(collected) << collected.error().message;
            const Imatrix& imatrix = collected->imatrix;
            EXPECT_EQ(imatrix.size(), expected.size());
            EXPECT_EQ(imatrix.chunkCount, chunks);
            EXPECT_EQ(imatrix.chunkSize, 24u);
            EXPECT_THAT(imatrix.datasets, ElementsAre("words.txt"));
            for (const auto& [name, squares] : expected) {
                const auto found = imatrix.entries().find(name);
                ASSERT_NE(found, imatrix.entries().end()) << name;
                EXPECT_THAT(found->second.counts, ElementsAre(float(24 * chunks))) << name;
                ASSERT_EQ(found->second.sumSquares.size(), squares.size()) << name;
                for (std::size_t i = 0; i < squares.size(); ++i) EXPECT_NEAR(found->second.sumSquares[i], squares[i], 2e-4 * squares[i] + 1e-5) << name << " " << i;
            }
            EXPECT_EQ(collected->perplexity.tokens, perplexity ? std::int64_t(11 * chunks) : 0);
        }
}

TEST_F(Collecting, PerplexityIsThatOfMeasure)
{
    Job job;
    const std::string text = someText(60);
    const auto measured = measure(opened.model, nullptr, *opened.tokenizer, text, {.contextLength = 24, .threads = 2, .cacheK = CacheType::F32, .cacheV = CacheType::F32}, job);
    const auto collected = collect(opened, text, exact);
    ASSERT_TRUE(measured && collected);
    EXPECT_EQ(collected->perplexity.tokens, measured->perplexity.tokens);
    EXPECT_NEAR(collected->perplexity.ppl / measured->perplexity.ppl, 1, 1e-5);
}

TEST_F(Collecting, OnlyBlocksUnlessAsked)
{
    exact.outputTensor = false;
    const auto collected = collect(opened, someText(40), exact);
    ASSERT_TRUE(collected) << collected.error().message;
    EXPECT_EQ(collected->imatrix.size(), 14u);
    EXPECT_TRUE(collected->imatrix.find("output.weight").empty());
    EXPECT_EQ(collected->imatrix.find("blk.1.ffn_down.weight").size(), 48u);
}

TEST_F(Collecting, ChunksCanBeSkippedAndLimited)
{
    const std::string text = someText(60);
    const auto all = collect(opened, text, exact);
    ASSERT_TRUE(all) << all.error().message;
    exact.chunks = 2;
    const auto first = collect(opened, text, exact);
    exact.chunks = -1;
    exact.skippedChunks = 2;
    const auto rest = collect(opened, text, exact);
    ASSERT_TRUE(first && rest);
    Imatrix both = first->imatrix;
    ASSERT_TRUE(both.merge(rest->imatrix));
    EXPECT_EQ(both.chunkCount, all->imatrix.chunkCount);
    for (const auto& [name, sums] : all->imatrix.entries()) {
        const auto& merged = both.entries().at(name);
        EXPECT_EQ(merged.counts, sums.counts);
        for (std::size_t i = 0; i < sums.sumSquares.size(); ++i) EXPECT_NEAR(merged.sumSquares[i] / sums.sumSquares[i], 1, 1e-5);
    }
    exact.skippedChunks = 1000;
    const auto none = collect(opened, text, exact);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("1000"));
}

TEST_F(Collecting, TellsSavesAndStops)
{
    const std::string text = someText(60);
    Job job;
    std::vector<Progress> told;
    std::vector<std::uint32_t> saved;
    const auto collected = collectImatrix(opened.model, *opened.tokenizer, text, exact, job, [&](const Progress& p) { told.push_back(p); },
                                          [&](const Perplexity& soFar, const std::function<Imatrix()>& matrix) -> Result<void> {
                                              EXPECT_EQ(soFar.chunks, int(saved.size()) + 1);
                                              saved.push_back(matrix().chunkCount);
                                              return {};
                                          });
    ASSERT_TRUE(collected) << collected.error().message;
    EXPECT_EQ(told.back().done, told.back().total);
    EXPECT_EQ(saved.back(), collected->imatrix.chunkCount);

    const auto full = collectImatrix(opened.model, *opened.tokenizer, text, exact, job, {},
                                     [](const Perplexity&, const auto&) -> Result<void> { return fail(ErrorCode::Io, "the disk is full"); });
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::Io);

    const auto ended = collectImatrix(opened.model, *opened.tokenizer, text, exact, job, {}, [&](const Perplexity& soFar, const auto&) -> Result<void> {
        if (soFar.chunks == 2) job.cancel();
        EXPECT_LE(soFar.chunks, 2);
        return {};
    });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::Cancelled);
}

TEST_F(Collecting, WhatIsNoNumberIsNamed)
{
    auto bytes = test::TinyModel{}.builder().build();
    const float nan = NAN; // the file's last value is of blk.1.ffn_down, so only what comes after it is spoilt: the output's input
    std::memcpy(bytes.data() + bytes.size() - sizeof nan, &nan, sizeof nan);
    const auto file = gguf::File::parse(bytes);
    ASSERT_TRUE(file) << file.error().message;
    const auto model = generate::LoadedModel::load(*file);
    ASSERT_TRUE(model) << model.error().message;
    exact.perplexity = false;
    const auto collected = collect({*model, opened.tokenizer}, someText(40), exact);
    ASSERT_FALSE(collected);
    EXPECT_EQ(collected.error().code, ErrorCode::Format);
    EXPECT_THAT(collected.error().message, HasSubstr("output.weight"));
}

TEST(ImportanceSums, OfExpertsCountTheTokensSentToThem)
{
    const tensor::Weight up{.name = "blk.0.ffn_up_exps.weight", .shape = {2, 5, 3}}, down{.name = "blk.0.ffn_down_exps.weight", .shape = {2, 4, 3}};
    ImportanceSums sums(false);
    const float x[] = {1, 2, 3, 4, 5, 6};
    const std::int32_t chosen[] = {0, 2, 2, 0, 0, 2};
    sums.expertProduct({.weights = {&up}, .used = 2, .perChoice = false}, x, chosen, 3);
    const float perChoice[] = {1, 2, 3, 4, 5, 6, 7, 8};
    sums.expertProduct({.weights = {&down}, .used = 2, .perChoice = true}, perChoice, chosen, 2);
    const Imatrix imatrix = sums.matrix();
    EXPECT_THAT(imatrix.entries().at(up.name).counts, ElementsAre(3, 0, 3));
    EXPECT_THAT(imatrix.entries().at(up.name).sumSquares, ElementsAre(1 + 9 + 25, 4 + 16 + 36, 0, 0, 1 + 9 + 25, 4 + 16 + 36));
    EXPECT_THAT(imatrix.entries().at(down.name).counts, ElementsAre(2, 0, 2));
    EXPECT_THAT(imatrix.entries().at(down.name).sumSquares, ElementsAre(1 + 49, 4 + 64, 0, 0, 9 + 25, 16 + 36));
    EXPECT_THAT(imatrix.find(down.name), ElementsAre(25, 34, 1, 1, 17, 26)); // an expert nobody was sent to weighs 1 everywhere
}

TEST(ImportanceSums, LeaveOutWhatIsNotOfABlock)
{
    const tensor::Weight table{.name = "token_embd.weight", .shape = {2, 5, 1}}, output{.name = "output.weight", .shape = {2, 5, 1}};
    const float x[] = {1, 2};
    for (const bool asked : {false, true}) {
        ImportanceSums sums(asked);
        sums.product({.products = {{.weight = &table}}}, x, 2, 1);
        sums.product({.products = {{.weight = &output}}}, x, 2, 1);
        EXPECT_EQ(sums.matrix().size(), asked ? 1u : 0u);
    }
}

TEST(Importances, OfMixtures)
{
    CORRAL_NEEDS_SHARED("golden/models");
    for (const auto& [name, used, experts] : {std::tuple{"llama-moe", 2, 4}, {"qwen3moe", 2, 8}}) {
        const auto opened = test::openModel(test::sharedPath(std::string("golden/models/") + name + ".gguf"));
        ASSERT_TRUE(opened) << name;
        const auto collected = collect(opened, someText(120), {.contextLength = 32});
        ASSERT_TRUE(collected) << collected.error().message;
        const auto& entries = collected->imatrix.entries();
        const auto& router = entries.at("blk.0.ffn_gate_inp.weight");
        const float tokens = router.counts.front();
        EXPECT_EQ(tokens, float(32 * collected->imatrix.chunkCount));
        for (const std::string part : {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"}) {
            const auto& sums = entries.at("blk.0." + part + ".weight");
            ASSERT_EQ(sums.counts.size(), std::size_t(experts)) << name;
            double routed = 0;
            for (const float n : sums.counts) routed += n;
            EXPECT_EQ(routed, used * tokens) << name << " " << part;
        }
        // Every token's row went to `used` experts and once to the router.
        const auto& up = entries.at("blk.0.ffn_up_exps.weight");
        const std::size_t columns = router.sumSquares.size();
        for (std::size_t j = 0; j < columns; ++j) {
            double sum = 0;
            for (std::size_t e = 0; e < std::size_t(experts); ++e) sum += up.sumSquares[e * columns + j];
            EXPECT_NEAR(sum / (used * router.sumSquares[j]), 1, 1e-5) << name;
        }
    }
}

TEST(ImportanceStatistics, AreThoseOfTheMeanSquares)
{
    Imatrix imatrix;
    imatrix.set("blk.0.a.weight", {.sumSquares = {2, 4, 6, 8}, .counts = {2}});       // v = 1 2 3 4
    imatrix.set("blk.1.a.weight", {.sumSquares = {4, 3, 2, 1}, .counts = {1}});       // v = 4 3 2 1
    imatrix.set("blk.1.b.weight", {.sumSquares = {0, 0, 1e-6f, 8}, .counts = {1, 1}}); // two matrices
    imatrix.set("output.weight", {.sumSquares = {5}, .counts = {1}});
    const auto all = importanceStatistics(imatrix);
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].tensor, "output.weight");
    EXPECT_EQ(all[0].layer, -1);
    EXPECT_EQ(all[0].entropy, 0);
    EXPECT_EQ(all[1].tensor, "a.weight");
    EXPECT_EQ(all[1].layer, 0);
    EXPECT_EQ(all[1].count, 4u);
    EXPECT_EQ(all[1].sum, 10);
    EXPECT_EQ(all[1].minimum, 1);
    EXPECT_EQ(all[1].maximum, 4);
    EXPECT_EQ(all[1].mean, 2.5);
    EXPECT_NEAR(all[1].deviation, std::sqrt(1.25), 1e-12);
    EXPECT_EQ(all[1].active, 1);
    EXPECT_EQ(all[1].outliers, 0.5); // 1 and 4 are 1.34 deviations away
    EXPECT_NEAR(all[1].entropy, -(0.1 * std::log2(0.1) + 0.2 * std::log2(0.2) + 0.3 * std::log2(0.3) + 0.4 * std::log2(0.4)), 1e-12);
    EXPECT_NEAR(all[1].entropyShare, all[1].entropy / 2, 1e-12);
    EXPECT_FALSE(all[1].similarity);
    ASSERT_TRUE(all[2].similarity);
    EXPECT_NEAR(*all[2].similarity, (4 + 6 + 6 + 4) / 30.0, 1e-12);
    EXPECT_EQ(all[3].active, 0.25);
    EXPECT_FALSE(all[3].similarity);
    const auto layers = layerStatistics(all);
    ASSERT_EQ(layers.size(), 2u);
    EXPECT_EQ(layers[1].layer, 1);
    EXPECT_NEAR(layers[1].sum, (10 + 8) / 2.0, 1e-5);
    EXPECT_NEAR(*layers[1].similarity, 20 / 30.0, 1e-12);
}

} // namespace
} // namespace corral::measure
