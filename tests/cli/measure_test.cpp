// corral perplexity and corral imatrix.
#include "core/quantize/imatrix.h"
#include "tests/cli/program.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <fstream>

namespace corral::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class CliMeasure : public testing::Test {
protected:
    void SetUp() override
    {
        TinyModel{}.write(model);
        std::ofstream out(text);
        for (int i = 0; i < 80; ++i) out << (i % 3 ? "Hello world, " : "the ring! ") << i;
    }
    void expectFailure(const Ran& ran, int status, const std::string& words)
    {
        EXPECT_EQ(ran.status, status) << ran.error;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(std::ranges::count(ran.error, '\n'), 1) << ran.error;
        EXPECT_THAT(ran.error, HasSubstr(words));
    }
    TempDir dir;
    std::string model = (dir / "tiny.gguf").string(), text = (dir / "text.txt").string(), out = (dir / "imatrix.gguf").string();
};

TEST_F(CliMeasure, Help)
{
    const auto all = corral({"--help"});
    for (const char* command : {"perplexity", "imatrix"}) {
        EXPECT_THAT(all.out, HasSubstr(command));
        const auto one = corral({command, "--help"});
        EXPECT_EQ(one.status, 0) << command;
        EXPECT_THAT(one.out, StartsWith(std::string("usage: corral ") + command));
        expectFailure(corral({command, "--hepl"}), 2, "nearest is --help");
    }
}

TEST_F(CliMeasure, Perplexity)
{
    const auto ran = corral({"perplexity", "-m", model, "-f", text, "-c", "64", "--chunks", "3", "-t", "1"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, MatchesRegex("Final estimate: PPL = [0-9]+\\.[0-9][0-9][0-9][0-9] \\+/- [0-9]+\\.[0-9]+\n"));
    EXPECT_THAT(ran.error, MatchesRegex("\\[1\\][0-9.]+,\\[2\\][0-9.]+,\\[3\\][0-9.]+,\n"));
    const auto asJson = corral({"perplexity", "-m", model, "-f", text, "-c", "64", "--chunks", "3", "-t", "2", "-b", "16", "--json"});
    ASSERT_EQ(asJson.status, 0) << asJson.error;
    const auto result = json::parse(asJson.out);
    EXPECT_EQ(result["tokens"], 3 * 31);
    EXPECT_EQ(result["chunks"], 3);
    EXPECT_FALSE(result.contains("kld"));
    EXPECT_NEAR(double(result["ppl"]), std::stod(ran.out.substr(ran.out.find("= ") + 2)), 0.01 * double(result["ppl"]));
    EXPECT_GT(double(result["ppl_error"]), 0);
}

TEST_F(CliMeasure, DivergenceFromTheOriginal)
{
    const auto ran = corral({"perplexity", "-m", model, "-f", text, "-c", "32", "--kl-divergence", "--base", model});
    ASSERT_EQ(ran.status, 0) << ran.error;
    for (const char* part : {"Final estimate: PPL = ", "====== Perplexity statistics ======", "Mean PPL(base) ", "====== KL divergence statistics ======",
                             "Mean    KLD:   0.000000", "99.9%   KLD:", "====== Token probability statistics ======", "RMS Δp    :", "Same top p: 100.000"})
        EXPECT_THAT(ran.out, HasSubstr(part));
    EXPECT_THAT(ran.error, StartsWith("chunk "));
    const auto result = json::parse(corral({"perplexity", "-m", model, "-f", text, "-c", "32", "--base", model, "--json"}).out);
    EXPECT_EQ(result["kld"]["mean"], 0);
    EXPECT_EQ(result["kld"]["p99.9"], 0);
    EXPECT_EQ(result["delta_p"]["rms"], 0);
    EXPECT_EQ(result["same_top"], 1);
    EXPECT_EQ(result["base_ppl"], result["ppl"]);
}

TEST_F(CliMeasure, PerplexityIsTheRecordedOne)
{
    CORRAL_NEEDS_SHARED("golden/real");
    const auto variants = readJson(sharedPath("golden/real/manifest.json"))["models"]["stories260K"]["variants"];
    const auto recorded = variants["as is"]["perplexity"]["chunked"][0];
    const auto ran = corral({"perplexity", "-m", sharedPath("golden/real/stories260K.gguf").string(), "-f", sharedPath("golden/real/text.txt").string(), "-c",
                             recorded["n_ctx"].dump(), "-ctk", "f32", "-ctv", "f32", "--json"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    const auto result = json::parse(ran.out);
    EXPECT_EQ(result["tokens"], recorded["tokens_scored"]);
    EXPECT_NEAR(double(result["ppl"]) / double(recorded["perplexity"]), 1, 1e-4);
}

TEST_F(CliMeasure, WhatPerplexityCannotDo)
{
    expectFailure(corral({"perplexity", "-m", model}), 2, "-f FILE");
    expectFailure(corral({"perplexity", "-f", text}), 2, "-m FILE");
    expectFailure(corral({"perplexity", "-m", model, "-f", text, "--kl-divergence"}), 2, "--base");
    expectFailure(corral({"perplexity", "-m", model, "-f", text, "--chunks", "0"}), 2, "--chunks");
    expectFailure(corral({"perplexity", "-m", model, "-f", (dir / "none.txt").string()}), 1, "none.txt");
    std::ofstream(dir / "short.txt") << "Hello world";
    expectFailure(corral({"perplexity", "-m", model, "-f", (dir / "short.txt").string(), "-c", "64"}), 1, "the text has 3 tokens, and at least 128 are needed");
    TinyModel other;
    other.addBos = false;
    other.write(dir / "other.gguf");
    expectFailure(corral({"perplexity", "-m", model, "-f", text, "-c", "64", "--base", (dir / "other.gguf").string()}), 1, "one vocabulary");
}

TEST_F(CliMeasure, ImportanceMatrix)
{
    const auto ran = corral({"imatrix", "-m", model, "-f", text, "-o", out, "-c", "32", "--chunks", "4", "-ofreq", "2", "--save-frequency", "3"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, MatchesRegex("Final estimate: PPL = .*\n.*imatrix.gguf: 14 tensors, 4 chunks of 32 tokens\n"));
    EXPECT_THAT(ran.error, MatchesRegex("\\[1\\].*,\\[4\\].*,\n"));
    const auto matrix = quantize::Imatrix::load(out);
    ASSERT_TRUE(matrix) << matrix.error().message;
    EXPECT_EQ(matrix->chunkCount, 4u);
    EXPECT_EQ(matrix->chunkSize, 32u);
    EXPECT_THAT(matrix->datasets, ElementsAre("text.txt"));
    EXPECT_THAT(matrix->entries().at("blk.1.ffn_down.weight").counts, ElementsAre(128));
    EXPECT_EQ(quantize::Imatrix::load(out + ".at_3")->chunkCount, 3u);
    EXPECT_FALSE(std::filesystem::exists(out + ".at_2"));

    // The first two chunks and the rest of them are the same as all.
    const std::string first = (dir / "first.gguf").string(), both = (dir / "both.gguf").string();
    ASSERT_EQ(corral({"imatrix", "-m", model, "-f", text, "-o", first, "-c", "32", "--chunks", "2", "--no-ppl"}).status, 0);
    const auto added = corral({"imatrix", "-m", model, "-f", text, "-o", both, "-c", "32", "--chunk", "2", "--chunks", "2", "--in-file", first, "--no-ppl"});
    ASSERT_EQ(added.status, 0) << added.error;
    EXPECT_THAT(added.out, MatchesRegex(".*both.gguf: 14 tensors, 4 chunks of 32 tokens\n"));
    EXPECT_EQ(added.error, "");
    const auto sum = quantize::Imatrix::load(both);
    ASSERT_TRUE(sum) << sum.error().message;
    EXPECT_EQ(sum->chunkCount, 4u);
    for (const auto& [name, sums] : matrix->entries())
        for (std::size_t i = 0; i < sums.sumSquares.size(); ++i) EXPECT_NEAR(sum->entries().at(name).sumSquares[i], sums.sumSquares[i], 1e-3f * sums.sumSquares[i]) << name;
}

TEST_F(CliMeasure, MatricesMergeAndShowWhatTheySay)
{
    ASSERT_EQ(corral({"imatrix", "-m", model, "-f", text, "-o", out, "-c", "32", "--process-output", "--no-ppl", "--output-format", "dat"}).status, 0);
    const std::string merged = (dir / "merged.gguf").string();
    const auto ran = corral({"imatrix", "--in-file", out + "," + out, "-o", merged});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, HasSubstr("merged.gguf: 15 tensors"));
    const auto table = corral({"imatrix", "--in-file", merged, "--show-statistics"});
    ASSERT_EQ(table.status, 0) << table.error;
    const auto lines = table.lines();
    for (const char* title : {"Layer", "Tensor", "Σ(Act²)", "Min", "Max", "μ", "σ", "% Active", "N", "Entropy", "E (norm)", "ZD", "CosSim"}) EXPECT_THAT(lines[0], HasSubstr(title));
    EXPECT_EQ(lines.size(), 2 + 15 + 2 + 2u);
    EXPECT_THAT(table.out, HasSubstr("ffn_down.weight"));
    EXPECT_THAT(lines[18], HasSubstr("μCosSim"));
}

TEST_F(CliMeasure, WhatImatrixCannotDo)
{
    expectFailure(corral({"imatrix"}), 2, "-f FILE");
    expectFailure(corral({"imatrix", "-f", text}), 2, "-m FILE");
    expectFailure(corral({"imatrix", "--show-statistics"}), 2, "--in-file");
    expectFailure(corral({"imatrix", "-m", model, "-f", text, "--output-format", "zip"}), 2, "gguf or dat");
    expectFailure(corral({"imatrix", "-m", model, "-f", text, "-o", model}), 1, "is an input");
    expectFailure(corral({"imatrix", "-m", model, "-f", text, "-o", "/nowhere/imatrix.gguf"}), 1, "/nowhere");
    expectFailure(corral({"imatrix", "-m", model, "-f", text, "-o", out, "-c", "4096"}), 1, "at least 8192 are needed");
    EXPECT_FALSE(std::filesystem::exists(out));
    expectFailure(corral({"imatrix", "--in-file", text, "-o", out}), 1, "text.txt");
}

} // namespace
} // namespace corral::test
