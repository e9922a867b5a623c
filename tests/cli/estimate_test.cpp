// corral estimate from outside.
#include "tests/cli/program.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

namespace corral::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json estimated(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), "estimate");
    arguments.push_back("--json");
    const auto ran = corral(arguments);
    EXPECT_EQ(ran.status, 0) << ran.error;
    EXPECT_EQ(ran.error, "");
    return json::parse(ran.out, nullptr, false);
}

TEST(Estimate, RulesOfThumb)
{
    const auto found = estimated({"--params", "7B", "--type", "bf16"});
    EXPECT_EQ(found["rules"], (json{{"inference", 14000000000u}, {"training", 56000000000u}, {"deployment", 18200000000u}}));
    EXPECT_EQ(found["rules_in_GB"]["deployment"], 18.2);
    EXPECT_NEAR(found["rules_in_GiB"]["inference"].get<double>(), 13.0385, 1e-4);
    EXPECT_FALSE(found.contains("exact"));
    const auto text = corral({"estimate", "--params", "7B", "--type", "bf16"});
    EXPECT_EQ(text.status, 0);
    for (const char* part : {"14.000 GB", "13.039 GiB", "56.000 GB", "52.154 GiB", "18.200 GB", "16.950 GiB", "rules of thumb", "10^9"})
        EXPECT_THAT(text.out, HasSubstr(part));
    EXPECT_EQ(estimated({"--params", "1.5B", "--type", "q8_0"})["rules"]["inference"], 1593750000u);
}

TEST(Estimate, OfAFile)
{
    const TempDir dir;
    const auto model = (dir / "tiny.gguf").string();
    TinyModel{}.write(model);
    const auto exact = estimated({model, "-c", "128"})["exact"];
    std::uint64_t weights = 0;
    const auto info = json::parse(corral({"info", model, "--json"}).out);
    for (const auto& tensor : info["tensors"]) weights += tensor["bytes"].get<std::uint64_t>();
    EXPECT_EQ(exact["weights"], weights);
    EXPECT_EQ(exact["kv_cache"], 2 * 2 * 128 * 16 * 2);
    EXPECT_EQ(exact["total"].get<std::uint64_t>(), exact["weights"].get<std::uint64_t>() + exact["kv_cache"].get<std::uint64_t>() +
                                                      exact["compute"].get<std::uint64_t>() + exact["output"].get<std::uint64_t>());
    ASSERT_EQ(exact["devices"].size(), 1u);
    EXPECT_EQ(exact["devices"][0]["name"], "CPU");
    EXPECT_EQ(exact["devices"][0]["total"], exact["total"]);
    EXPECT_EQ(estimated({model, "-c", "256"})["exact"]["kv_cache"], 2 * exact["kv_cache"].get<int>());
    EXPECT_EQ(estimated({model, "-c", "128", "--ctk", "f32"})["exact"]["kv_cache"], 2 * (128 * 16 * 4 + 128 * 16 * 2));

    const auto split = estimated({model, "-c", "128", "--gpu", "2GiB", "-ngl", "2"})["exact"];
    ASSERT_EQ(split["devices"].size(), 2u);
    EXPECT_EQ(split["devices"][1]["layers"], 2);
    EXPECT_EQ(split["weights"], exact["weights"]);
    std::uint64_t onGpu = 0;
    const auto listed = estimated({model, "-c", "128", "--gpu", "2GiB", "-ngl", "2", "--tensors"})["exact"];
    EXPECT_EQ(listed["tensors"].size(), info["tensors"].size());
    for (const auto& tensor : listed["tensors"]) onGpu += tensor["device"] == "GPU 0" ? tensor["bytes"].get<std::uint64_t>() : 0;
    EXPECT_EQ(onGpu, split["devices"][1]["weights"]);

    const auto more = estimated({model, "-c", "128", "--train", "lora", "--lora-rank", "4", "--users", "5"});
    EXPECT_EQ(more["deployment"]["kv_cache"], 5 * exact["kv_cache"].get<int>());
    EXPECT_EQ(more["training"]["method"], "lora");
    EXPECT_EQ(more["training"]["trained_parameters"], 2 * 4 * (2 * (32 + 32) + 2 * (32 + 16) + 3 * (32 + 48)));
    const auto text = corral({"estimate", model, "--train", "full", "--users", "2"});
    EXPECT_EQ(text.status, 0);
    for (const char* part : {"exact, on the CPU", "weights: attention", "cache: full attention", "training: full", "optimizer", "deployment: 2 users", "total"})
        EXPECT_THAT(text.out, HasSubstr(part));
}

TEST(Estimate, Misuse)
{
    const auto expect = [](const std::vector<std::string>& arguments, int status, const std::string& words) {
        const auto ran = corral(arguments);
        EXPECT_EQ(ran.status, status) << words;
        EXPECT_EQ(ran.out, "");
        EXPECT_THAT(ran.error, HasSubstr(words));
    };
    expect({"estimate"}, 2, "FILE or --params");
    expect({"estimate", "--params", "seven"}, 2, "seven");
    expect({"estimate", "--params", "7B", "--type", "q9"}, 2, "q9");
    expect({"estimate", "a.gguf", "--params", "7B"}, 2, "FILE or --params");
    expect({"estimate", "a.gguf", "--type", "bf16"}, 2, "--type");
    expect({"estimate", "--params", "7B", "--train", "somehow"}, 2, "somehow");
    expect({"estimate", "--params", "7B", "--gpu", "much"}, 2, "much");
    expect({"estimate", "/nowhere/none.gguf"}, 1, "none.gguf");
    const TempDir dir;
    TinyModel{}.write(dir / "tiny.gguf");
    expect({"estimate", (dir / "tiny.gguf").string(), "--ctk", "q8_0"}, 1, "q8_0 cache");
}

} // namespace
} // namespace corral::test
