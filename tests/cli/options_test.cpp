#include "app/cli/options.h"

#include "app/cli/bench_report.h"
#include "app/cli/id_list.h"
#include "app/cli/prompt_text.h"
#include "app/cli/sampling_options.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <gtest/gtest.h>

namespace corral::cli {
namespace {

using testing::HasSubstr;
using Strings = std::vector<std::string>;

struct Knock {
    int count = 3;
    float force = 0.5f;
    bool loud = false, polite = true;
    std::string who;
    OptionTable table{"corral knock [OPTIONS] DOOR", "Knocks."};

    Knock()
    {
        table.value({"-n", "--count"}, "N", "how often", count);
        table.value({"--force"}, "X", "how hard", force);
        table.flag({"-l", "--loud"}, "loudly", loud);
        table.flag({"--polite"}, "politely", polite);
        table.value({"--who-is-there"}, "NAME", "who", who);
    }
    std::expected<Strings, int> parse(const Strings& arguments) { return table.parse(arguments); }
};

TEST(OptionTable, ReadsEveryForm)
{
    Knock k;
    const auto rest = k.parse({"front", "-n", "5", "--force=1.5", "-l", "--no-polite", "--who_is_there", "me", "back", "--", "--loud"});
    ASSERT_TRUE(rest);
    EXPECT_EQ(*rest, (Strings{"front", "back", "--loud"}));
    EXPECT_EQ(k.count, 5);
    EXPECT_EQ(k.force, 1.5f);
    EXPECT_TRUE(k.loud);
    EXPECT_FALSE(k.polite);
    EXPECT_EQ(k.who, "me");
}

TEST(OptionTable, NegativeNumbersAreValues)
{
    Knock k;
    ASSERT_TRUE(k.parse({"-n", "-1"}));
    EXPECT_EQ(k.count, -1);
}

TEST(OptionTable, WrongUseIsStatusTwoAndSaysWhat)
{
    const auto wrong = [](const Strings& arguments) {
        Knock k;
        testing::internal::CaptureStderr();
        const auto rest = k.parse(arguments);
        const std::string message = testing::internal::GetCapturedStderr();
        EXPECT_FALSE(rest);
        EXPECT_EQ(rest.error_or(0), kUsage);
        EXPECT_EQ(std::ranges::count(message, '\n'), 1) << message;
        return message;
    };
    EXPECT_THAT(wrong({"--cuont", "3"}), testing::AllOf(HasSubstr("corral knock: unknown option --cuont"), HasSubstr("nearest is --count")));
    EXPECT_THAT(wrong({"-x"}), HasSubstr("nearest is -"));
    EXPECT_THAT(wrong({"--count"}), HasSubstr("needs N"));
    EXPECT_THAT(wrong({"--count", "many"}), HasSubstr("\"many\""));
    EXPECT_THAT(wrong({"--count", "3.5"}), HasSubstr("3.5"));
    EXPECT_THAT(wrong({"--count", "99999999999"}), HasSubstr("99999999999"));
    EXPECT_THAT(wrong({"--loud=yes"}), HasSubstr("takes no value"));
}

TEST(OptionTable, HelpListsEverything)
{
    Knock k;
    const std::string help = k.table.help();
    for (const char* part : {"usage: corral knock", "Knocks.", "-n, --count N", "how often (default: 3)", "--loud", "--help"}) EXPECT_THAT(help, HasSubstr(part));
    testing::internal::CaptureStdout();
    const auto rest = k.parse({"--help"});
    EXPECT_EQ(testing::internal::GetCapturedStdout(), help);
    EXPECT_EQ(rest.error_or(-1), kFine);
}

TEST(Nearest, CountsSwapsAsOne)
{
    EXPECT_EQ(nearest("tmep", {"--temp", "temp", "type"}), "temp");
    EXPECT_EQ(nearest("--top-q", {"--top-k", "--temp"}), "--top-k");
    EXPECT_EQ(nearest(std::string(100000, 'x'), {"a", "b"}), "a");
}

TEST(SamplingOptions, LlamaCppsSpellings)
{
    sample::Params p;
    OptionTable table("corral x", "");
    addSamplingOptions(table, p);
    const Strings arguments{"--temp",           "0.5",  "--top-k",          "7",    "--top-p",         "0.8", "--min-p",          "0.01", "--typical",       "0.9",
                            "--repeat-penalty", "1.1",  "--repeat-last-n",  "32",   "--presence-penalty", "0.2", "--frequency-penalty", "0.3", "--dry-multiplier", "0.8",
                            "--dry-base",       "2",    "--dry-allowed-length", "3", "--dry-penalty-last-n", "-1", "--xtc-probability", "0.5", "--xtc-threshold", "0.2",
                            "--mirostat",       "2",    "--mirostat-lr",    "0.2",  "--mirostat-ent",  "4",   "--dynatemp-range", "0.1",  "--dynatemp-exp",  "2",
                            "--top-n-sigma",    "1.5",  "-s",               "42",   "-l",              "15-2.5", "--logit-bias",  "16+1", "--ignore-eos",
                            "--samplers",       "top_k;temperature", "--dry-sequence-breaker", "\\n", "--dry-sequence-breaker", "x"};
    ASSERT_TRUE(table.parse(arguments));
    EXPECT_EQ(p.temp, 0.5f);
    EXPECT_EQ(p.topK, 7);
    EXPECT_EQ(p.topP, 0.8f);
    EXPECT_EQ(p.minP, 0.01f);
    EXPECT_EQ(p.typP, 0.9f);
    EXPECT_EQ(p.penaltyRepeat, 1.1f);
    EXPECT_EQ(p.penaltyLastN, 32);
    EXPECT_EQ(p.penaltyPresence, 0.2f);
    EXPECT_EQ(p.penaltyFrequency, 0.3f);
    EXPECT_EQ(p.dryMultiplier, 0.8f);
    EXPECT_EQ(p.dryBase, 2.f);
    EXPECT_EQ(p.dryAllowedLength, 3);
    EXPECT_EQ(p.dryPenaltyLastN, -1);
    EXPECT_EQ(p.xtcProbability, 0.5f);
    EXPECT_EQ(p.xtcThreshold, 0.2f);
    EXPECT_EQ(p.mirostat, 2);
    EXPECT_EQ(p.mirostatEta, 0.2f);
    EXPECT_EQ(p.mirostatTau, 4.f);
    EXPECT_EQ(p.dynatempRange, 0.1f);
    EXPECT_EQ(p.dynatempExponent, 2.f);
    EXPECT_EQ(p.topNSigma, 1.5f);
    EXPECT_EQ(p.seed, 42u);
    EXPECT_TRUE(p.ignoreEos);
    EXPECT_EQ(p.logitBias, (std::vector<std::pair<sample::Token, float>>{{15, -2.5f}, {16, 1.f}}));
    EXPECT_EQ(p.order, (Strings{"top_k", "temperature"}));
    EXPECT_EQ(p.dryBreakers, (Strings{"\n", "x"}));
    ASSERT_TRUE(table.parse(Strings{"--sampler-seq", "kt", "-s", "-1"}));
    EXPECT_EQ(p.order, (Strings{"top_k", "temperature"}));
    EXPECT_EQ(p.seed, 0xFFFFFFFFu);
}

TEST(PromptText, Escapes)
{
    EXPECT_EQ(unescaped(R"(a\nb\tc\\d\"e\x41\q\)"), "a\nb\tc\\d\"eA\\q\\");
    EXPECT_EQ(unescaped(R"(\x4)"), "\\x4");
    EXPECT_EQ(unescaped(""), "");
}

TEST(IdList, Forms)
{
    const std::vector<text::Token> expected{1, 2, 3};
    for (const char* list : {"1,2,3", "1 2 3", "[1, 2, 3]", " 1,\n2 3 "}) EXPECT_EQ(parseIds(list), expected) << list;
    EXPECT_EQ(parseIds(""), std::vector<text::Token>{});
    for (const char* list : {"1,x", "1.5", "[1", "99999999999"}) EXPECT_EQ(parseIds(list), std::nullopt) << list;
    EXPECT_EQ(fromHex(toHex("\x00\xffz")), std::string("\x00\xffz"));
    EXPECT_EQ(fromHex("abc"), std::nullopt);
    EXPECT_TRUE(isUtf8("wörter"));
    EXPECT_FALSE(isUtf8("w\xf6rter"));
}

TEST(BenchReport, MeanAndSampleDeviation)
{
    const auto result = meanDeviation({2, 4, 4, 4, 5, 5, 7, 9});
    EXPECT_DOUBLE_EQ(result.mean, 5);
    EXPECT_NEAR(result.deviation, 2.13809, 1e-5);
    EXPECT_EQ(meanDeviation({3}).deviation, 0);
    EXPECT_EQ(meanDeviation({}).mean, 0);
}

std::string reported(BenchFormat format, const std::vector<BenchResult>& results)
{
    BenchReport report(format);
    std::string text = report.begin(results);
    for (const BenchResult& result : results) text += report.row(result);
    return text + report.end();
}

TEST(BenchReport, Shapes)
{
    BenchResult r{.modelFile = "m.gguf", .modelType = "llama 135M Q4_1", .modelBytes = 96ull << 20, .parameters = 134515008, .batch = 2048, .microBatch = 512,
                  .threads = 2, .prompt = 512, .time = "2026-01-01T00:00:00Z", .seconds = {1, 2}};
    EXPECT_EQ(r.test(), "pp512");
    EXPECT_EQ(reported(BenchFormat::Markdown, {r}),
              "| model                          |       size |     params | backend    |     ngl | threads |            test |                  t/s |\n"
              "| ------------------------------ | ---------: | ---------: | ---------- | ------: | ------: | --------------: | -------------------: |\n"
              "| llama 135M Q4_1                |  96.00 MiB |   134.52 M | CPU        |       0 |       2 |           pp512 |      384.00 ± 181.02 |\n");
    const auto parsed = nlohmann::json::parse(reported(BenchFormat::Json, {r, r}));
    ASSERT_EQ(parsed.size(), 2u);
    EXPECT_EQ(parsed[0]["n_prompt"], 512);
    EXPECT_EQ(parsed[0]["avg_ns"], 1500000000);
    EXPECT_EQ(parsed[0]["samples_ts"], nlohmann::json::array({512.0, 256.0}));
    EXPECT_EQ(nlohmann::json::parse(reported(BenchFormat::JsonLines, {r}))["model_n_params"], 134515008);
    const std::string table = reported(BenchFormat::Csv, {r});
    EXPECT_THAT(table, testing::StartsWith("build_commit,build_number,cpu_info,"));
    EXPECT_THAT(table, HasSubstr("\"llama 135M Q4_1\""));
    r.generated = 128;
    r.depth = 64;
    r.cacheK = generate::CacheType::Q8_0;
    EXPECT_EQ(r.test(), "pp512+tg128 @ d64");
    EXPECT_THAT(reported(BenchFormat::Markdown, {r}), HasSubstr("type_k"));
}

} // namespace
} // namespace corral::cli
