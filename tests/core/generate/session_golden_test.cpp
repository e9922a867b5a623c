// Whole models against recorded logits: golden/models (random weights, every architecture), golden/split, golden/real (trained).
#include "tests/core/generate/session_support.h"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace corral::generate {
namespace {

using test::largestDifference;
using test::openSession;
using test::stepLogits;

constexpr const char* kModels[] = {"llama", "llama3-rope", "llama-256", "llama-moe", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3", "granite"};

nlohmann::ordered_json modelEntry(const std::string& name) { return test::readJson(test::sharedPath("golden/models/manifest.json"))["models"][name]; }
std::filesystem::path modelPath(const std::string& file) { return test::sharedPath("golden/models/" + file); }
bool usesGelu(const std::string& name) { return name.starts_with("gemma"); } // the reference takes GELU from an f16 table

// Tolerances: "What equal means" in golden/models/README.md.
double floatLimit(const std::string& name) { return name == "llama-256" ? 5e-2 : usesGelu(name) ? 5e-3 : 1e-4; }

class GoldenModel : public testing::TestWithParam<const char*> {
protected:
    void compare(const std::string& file, const nlohmann::ordered_json& testCase, const std::string& logits, SessionOptions options, double limit)
    {
        options.contextLength = testCase["n_ctx"];
        auto session = openSession(modelPath(file), options);
        ASSERT_TRUE(session);
        const std::vector<Token> prompt = testCase["prompt"], decoded = testCase["decoded"];
        const auto expected = test::readArray<float>(modelPath(logits));
        const auto got = stepLogits(*session, prompt, decoded);
        const double difference = largestDifference(got, expected);
        EXPECT_LE(difference, limit) << file << " against " << logits;
        RecordProperty(logits, std::to_string(difference));
        ASSERT_EQ(got.size(), expected.size());

        // Where the recorded choice is clear, it must be made.
        const auto width = static_cast<std::size_t>(session->model().vocabularySize());
        for (std::size_t i = 0; i <= decoded.size(); ++i) {
            std::vector<float> row(expected.begin() + static_cast<std::ptrdiff_t>(i * width), expected.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
            const auto recorded = std::ranges::max_element(row) - row.begin();
            std::ranges::nth_element(row, row.begin() + 1, std::greater());
            if (row[0] - row[1] < 2 * limit) continue;
            const auto mine = std::span(got).subspan(i * width, width);
            EXPECT_EQ(std::ranges::max_element(mine) - mine.begin(), recorded) << file << ", step " << i;
        }
    }
};

TEST_P(GoldenModel, FloatCache)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto entry = modelEntry(GetParam());
    for (const auto& [name, testCase] : entry["cases"].items())
        compare(entry["file"], testCase, testCase["logits"], {.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 1}, floatLimit(GetParam()));
}

TEST_P(GoldenModel, TwoThreadsAndSmallPieces)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto entry = modelEntry(GetParam());
    const auto& testCase = entry["cases"]["main"];
    compare(entry["file"], testCase, testCase["logits"], {.cacheK = CacheType::F32, .cacheV = CacheType::F32, .batch = 13, .threads = 2}, floatLimit(GetParam()));
}

TEST_P(GoldenModel, HalfCache)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto entry = modelEntry(GetParam());
    for (const auto& [name, testCase] : entry["cases"].items()) {
        const double limit = std::max(1e-2, 2 * double(testCase["max_abs_kv_f16_vs_f32"]));
        compare(entry["file"], testCase, testCase["logits_kv_f16"], {.threads = 2}, std::max(limit, floatLimit(GetParam())));
    }
}

class QuantizedModel : public GoldenModel {};

TEST_P(QuantizedModel, EightBitActivations)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto entry = modelEntry(GetParam());
    int kept = 0;
    for (const auto& [name, quantized] : entry["quantized"].items()) {
        if (!quantized["kept"]) continue;
        ++kept;
        compare(quantized["file"], entry["cases"]["main"], quantized["logits"], {.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 2},
                2 * double(quantized["max_abs_vs_dequantized"]));
    }
    EXPECT_EQ(kept, 3);
}

// All positions at once: the likelihood of every prompt token.
TEST_P(GoldenModel, AllPositions)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto entry = modelEntry(GetParam());
    const auto& testCase = entry["cases"]["main"];
    auto session = openSession(modelPath(entry["file"]), {.contextLength = testCase["n_ctx"], .cacheK = CacheType::F32, .cacheV = CacheType::F32, .batch = 32, .threads = 2});
    ASSERT_TRUE(session);
    const std::vector<Token> prompt = testCase["prompt"];
    const auto logits = session->decode(prompt, Session::Logits::All);
    ASSERT_TRUE(logits) << logits.error().message;
    const auto width = static_cast<std::size_t>(session->model().vocabularySize());
    ASSERT_EQ(logits->size(), prompt.size() * width);
    for (std::size_t i = 0; i + 1 < prompt.size(); ++i) {
        const double expected = double(testCase["prefill_logsumexp"][i]) - double(testCase["prefill_target_logit"][i]);
        EXPECT_NEAR(test::negativeLogLikelihood(logits->subspan(i * width, width), prompt[i + 1]), expected, 2 * floatLimit(GetParam())) << "position " << i;
    }
}

std::string paramName(const testing::TestParamInfo<const char*>& info)
{
    std::string name = info.param;
    std::ranges::replace(name, '-', '_');
    return name;
}
INSTANTIATE_TEST_SUITE_P(All, GoldenModel, testing::ValuesIn(kModels), paramName);
INSTANTIATE_TEST_SUITE_P(All, QuantizedModel, testing::Values("llama-256", "qwen3moe", "gemma3"), paramName); // those whose files are kept

TEST(SessionGolden, SplitFilesGiveTheRecordedLogits)
{
    CORRAL_NEEDS_SHARED("golden/split");
    const auto cases = test::readJson(test::sharedPath("golden/split/manifest.json"))["cases"];
    for (const auto& [name, entry] : cases.items()) {
        const std::vector<Token> prompt = entry["check"]["prompt"];
        const auto expected = test::readArray<float>(test::sharedPath("golden/split/" + std::string(entry["check"]["logits"])));
        for (const char* shard : {"-00001-of-00003.gguf", "-00003-of-00003.gguf"}) {
            auto session = openSession(test::sharedPath("golden/split/" + name + shard), {.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 2});
            ASSERT_TRUE(session);
            EXPECT_LE(largestDifference(stepLogits(*session, prompt, {}), expected), 1e-4) << name << shard;
        }
    }
}

// Trained models, as recorded: likelihoods of a text given as one batch, and greedy continuations up to the first near tie.
struct RealCase {
    const char *model, *variant;
    double nllLimit;     // of each token; 0: only the mean counts
    double meanLimit;    // relative, of the perplexity
    double marginLimit;  // greedy choices are compared until the margin falls below
};
void PrintTo(const RealCase& c, std::ostream* out) { *out << c.model << ' ' << c.variant; } // the name of the case in ctest's list

class RealModel : public testing::TestWithParam<RealCase> {};

TEST_P(RealModel, FollowsTheRecording)
{
    CORRAL_NEEDS_SHARED("golden/real");
    const RealCase& c = GetParam();
    const auto variant = test::readJson(test::sharedPath("golden/real/manifest.json"))["models"][c.model]["variants"][c.variant];
    const auto path = test::sharedPath("golden/real/" + std::string(variant["file"]));
    auto session = openSession(path, {.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 2});
    ASSERT_TRUE(session);
    const auto width = static_cast<std::size_t>(session->model().vocabularySize());

    const auto& perplexity = variant["perplexity"];
    const std::vector<Token> ids = perplexity["ids"];
    const auto nll = test::readArray<float>(test::sharedPath("golden/real/" + std::string(perplexity["nll"])));
    auto logits = session->decode(ids, Session::Logits::All);
    ASSERT_TRUE(logits) << logits.error().message;
    double mean = 0;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
        const double got = test::negativeLogLikelihood(logits->subspan(i * width, width), ids[i + 1]);
        mean += got / double(ids.size() - 1);
        if (c.nllLimit > 0) {
            EXPECT_NEAR(got, nll[i], c.nllLimit) << "token " << i + 1;
        }
    }
    EXPECT_NEAR(std::exp(mean) / double(perplexity["perplexity"]), 1, c.meanLimit);

    for (const auto& generation : variant["generations"]) {
        session->truncate(0);
        const std::vector<Token> prompt = generation["prompt_ids"], expected = generation["ids"];
        auto row = session->decode(prompt, Session::Logits::Last);
        for (std::size_t i = 0; i < expected.size() && double(generation["margins"][i]) >= c.marginLimit; ++i) {
            ASSERT_TRUE(row) << row.error().message;
            const auto best = static_cast<Token>(std::ranges::max_element(*row) - row->begin());
            ASSERT_EQ(best, expected[i]) << generation["prompt"] << ", token " << i;
            row = session->decode({&best, 1}, Session::Logits::Last);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, RealModel,
                         testing::Values(RealCase{"stories260K", "as is", 1e-4, 1e-5, 0}, RealCase{"stories260K", "Q4_0", 0, 0.01, 0.3},
                                         RealCase{"TinyStories-656K", "as is", 1e-2, 1e-3, 0.05}, RealCase{"TinyStories-656K", "Q8_0", 0, 0.01, 0.3}));

} // namespace
} // namespace corral::generate
