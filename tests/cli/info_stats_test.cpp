// corral info --stats.
#include "tests/cli/program.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace corral::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class InfoStats : public testing::Test {
protected:
    void SetUp() override
    {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(0.0f, 0.05f);
        values.resize(256 * 40);
        for (float& v : values) v = normal(random);
        for (std::size_t i = 0; i < values.size(); i += 4) values[i] = 0;
        values[5] = 2.5f;
        GgufBuilder()
            .string("general.architecture", "llama")
            .tensorF32("blk.0.attn_q.weight", {256, 40}, values)
            .tensorF32("blk.0.attn_norm.weight", {4}, {1, 2, 3, 6})
            .tensor("table", {2}, 26, std::vector<std::byte>(8))
            .write(model);
    }
    json statsOf(std::vector<std::string> arguments)
    {
        arguments.insert(arguments.begin(), {"info", "--stats", "--json", model});
        const auto ran = corral(arguments);
        EXPECT_EQ(ran.status, 0) << ran.error;
        return json::parse(ran.out, nullptr, false);
    }

    TempDir folder;
    std::string model = (folder / "m.gguf").string();
    std::vector<float> values;
};

TEST_F(InfoStats, JsonOfEachTensorAndInTotal)
{
    const auto info = statsOf({});
    const auto& w = info["tensors"][0];
    double sum = 0, squares = 0;
    for (const float v : values) {
        sum += static_cast<double>(v);
        squares += static_cast<double>(v) * static_cast<double>(v);
    }
    const double n = static_cast<double>(values.size());
    EXPECT_DOUBLE_EQ(w["sparsity"].get<double>(), 0.25);
    EXPECT_DOUBLE_EQ(w["density"].get<double>(), 0.75);
    EXPECT_DOUBLE_EQ(w["max"].get<double>(), 2.5);
    EXPECT_LT(w["min"].get<double>(), -0.1);
    EXPECT_NEAR(w["mean"].get<double>(), sum / n, 1e-12);
    EXPECT_NEAR(w["std"].get<double>(), std::sqrt(squares / n - sum * sum / n / n), 1e-12);
    EXPECT_FALSE(w.contains("losses"));
    EXPECT_EQ(info["tensors"][1]["mean"], 3);
    EXPECT_FALSE(info["tensors"][2].contains("mean")) << "integers";
    EXPECT_EQ(info["total"]["elements"], values.size() + 4);
    EXPECT_EQ(info["total"]["zeros"], values.size() / 4);
    EXPECT_EQ(info["total"]["max"], 6);
}

TEST_F(InfoStats, WhatTypesLoseAndWhatWasLost)
{
    auto info = statsOf({"--types", "Q8_0,q4_0,q2_K", "--rows", "0"});
    const auto losses = info["tensors"][0]["losses"];
    ASSERT_EQ(losses.size(), 3u);
    EXPECT_LT(losses["q8_0"], losses["q4_0"]);
    EXPECT_LT(losses["q4_0"], losses["q2_K"]);
    EXPECT_EQ(info["tensors"][1]["losses"].size(), 0u) << "norms are not quantized";
    EXPECT_EQ(info["total"]["losses"]["q4_0"], losses["q4_0"]);

    const std::string quantized = (folder / "q.gguf").string();
    const auto made = corral({"quantize", "--pure", model, quantized, "Q4_0"});
    ASSERT_EQ(made.status, 0) << made.error;
    const auto ran = corral({"info", "--stats", "--json", "--against", model, quantized});
    ASSERT_EQ(ran.status, 0) << ran.error;
    info = json::parse(ran.out);
    for (const auto& tensor : info["tensors"]) {
        if (tensor["name"] == "blk.0.attn_q.weight") {
            EXPECT_NEAR(tensor["lost"].get<double>(), losses["q4_0"].get<double>(), 1e-6) << "as foretold";
        } else if (tensor["name"] == "blk.0.attn_norm.weight") {
            EXPECT_EQ(tensor["lost"], 0);
        }
    }
    EXPECT_GT(info["total"]["lost"], 0);
    EXPECT_GT(statsOf({"--types", "all"})["tensors"][0]["losses"].size(), 12u);
}

TEST_F(InfoStats, Table)
{
    const auto ran = corral({"info", model, "--stats", "--types", "q8_0"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    for (const char* part : {"sparsity", "std dev", "25.000 %", "75.000 %", "total", "q8_0"}) EXPECT_THAT(ran.out, HasSubstr(part));
    EXPECT_EQ(corral({"info", model}).out.find("sparsity"), std::string::npos);
}

TEST_F(InfoStats, WrongOptions)
{
    EXPECT_EQ(corral({"info", model, "--types", "q8_0"}).status, 2) << "without --stats";
    const auto unknown = corral({"info", model, "--stats", "--types", "q8_0,q9_9"});
    EXPECT_EQ(unknown.status, 2);
    EXPECT_THAT(unknown.error, HasSubstr("q9_9"));
    const auto missing = corral({"info", model, "--stats", "--against", "/nowhere/none.gguf"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_THAT(missing.error, HasSubstr("none.gguf"));
}

} // namespace
} // namespace corral::test
