// Perplexity and divergence: against a direct computation on a tiny random model, and against what the reference recorded.
#include "core/measure/perplexity.h"

#include "core/measure/divergence_sums.h"
#include "tests/core/measure/opened_model.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

namespace corral::measure {
namespace {

using generate::CacheType;
using test::OpenedModel;
using testing::AllOf;
using testing::HasSubstr;

std::string someText(int words)
{
    std::string text;
    for (int i = 0; i < words; ++i) text += i % 3 == 0 ? "Hello world " : i % 7 == 1 ? "the other ring! " : std::to_string(i * i) + " ";
    return text;
}

Result<Measurement> measureText(const OpenedModel& opened, std::shared_ptr<const generate::LoadedModel> base, std::string_view text, PerplexityOptions options)
{
    Job job;
    options.threads = 2;
    return measure(opened.model, std::move(base), *opened.tokenizer, text, options, job);
}

// One chunk's losses, all rows at once, in plain double.
std::vector<double> directLosses(const OpenedModel& opened, const std::vector<text::Token>& chunk)
{
    auto session = generate::Session::create(opened.model, {.contextLength = static_cast<int>(chunk.size()), .cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 1});
    if (!session) return ADD_FAILURE() << session.error().message, std::vector<double>{};
    const auto logits = (*session)->decode(chunk, generate::Session::Logits::All);
    if (!logits) return ADD_FAILURE() << logits.error().message, std::vector<double>{};
    const auto width = static_cast<std::size_t>(opened.model->vocabularySize());
    std::vector<double> losses;
    for (std::size_t i = chunk.size() / 2; i + 1 < chunk.size(); ++i) {
        const auto row = logits->subspan(i * width, width);
        double sum = 0;
        for (const float l : row) sum += std::exp(double(l));
        losses.push_back(std::log(sum) - double(row[static_cast<std::size_t>(chunk[i + 1])]));
    }
    return losses;
}

class TinyPerplexity : public testing::Test {
protected:
    void SetUp() override
    {
        test::TinyModel{}.write(dir / "tiny.gguf");
        opened = test::openModel(dir / "tiny.gguf");
        ASSERT_TRUE(opened);
    }
    test::TempDir dir;
    OpenedModel opened;
    PerplexityOptions exact{.contextLength = 31, .cacheK = CacheType::F32, .cacheV = CacheType::F32};
};

TEST_F(TinyPerplexity, IsThatOfTheSecondHalfOfEveryChunk)
{
    const std::string text = someText(60);
    const auto tokens = opened.tokenizer->encode(text, {.addSpecial = true, .parseSpecial = false});
    for (const int length : {4, 31, 64}) {
        std::vector<double> losses;
        int chunks = 0;
        for (std::size_t begin = 0; begin + static_cast<std::size_t>(length) <= tokens.size(); begin += static_cast<std::size_t>(length), ++chunks) {
            std::vector<text::Token> chunk(tokens.begin() + std::ptrdiff_t(begin), tokens.begin() + std::ptrdiff_t(begin) + length);
            chunk[0] = 1; // BOS
            for (const double loss : directLosses(opened, chunk)) losses.push_back(loss);
        }
        double mean = 0, variance = 0;
        for (const double l : losses) mean += l / double(losses.size());
        for (const double l : losses) variance += (l - mean) * (l - mean) / double(losses.size());

        exact.contextLength = length;
        for (const int batch : {7, 512}) {
            exact.batch = batch;
            const auto measured = measureText(opened, nullptr, text, exact);
            ASSERT_TRUE(measured) << measured.error().message;
            EXPECT_EQ(measured->perplexity.chunks, chunks);
            EXPECT_EQ(measured->perplexity.tokens, std::int64_t(losses.size()));
            EXPECT_EQ(measured->perplexity.tokens, chunks * (length - 1 - length / 2));
            EXPECT_NEAR(measured->perplexity.meanLoss, mean, 1e-5);
            EXPECT_NEAR(measured->perplexity.ppl, std::exp(mean), 1e-4 * std::exp(mean));
            EXPECT_NEAR(measured->perplexity.pplError, std::exp(mean) * std::sqrt(variance / double(losses.size() - 1)), 1e-4 * std::exp(mean));
            EXPECT_FALSE(measured->divergence);
        }
    }
}

TEST_F(TinyPerplexity, OnlyTheChunksAskedForAndOneCallAfterEach)
{
    const std::string text = someText(80);
    exact.chunks = 2;
    Job job;
    std::vector<Progress> told;
    std::vector<Measurement> running;
    const auto measured = measure(opened.model, nullptr, *opened.tokenizer, text, exact, job, [&](const Progress& p) { told.push_back(p); },
                                  [&](const Measurement& m) { running.push_back(m); });
    ASSERT_TRUE(measured) << measured.error().message;
    EXPECT_EQ(measured->perplexity.chunks, 2);
    ASSERT_EQ(running.size(), 2u);
    EXPECT_EQ(running[0].perplexity.tokens, 15);
    EXPECT_EQ(running[1].perplexity.ppl, measured->perplexity.ppl);
    ASSERT_GE(told.size(), 2u);
    EXPECT_EQ(told.back().done, told.back().total);
    EXPECT_EQ(told.back().total, 60u);
    EXPECT_EQ(told.back().step, 1);
    EXPECT_EQ(told.back().steps, 2);
}

TEST_F(TinyPerplexity, SaysWhatItCannotMeasure)
{
    exact.contextLength = 200;
    const auto tokens = opened.tokenizer->encode(someText(20), {.addSpecial = true, .parseSpecial = false}).size();
    const auto tooShort = measureText(opened, nullptr, someText(20), exact);
    ASSERT_FALSE(tooShort);
    EXPECT_EQ(tooShort.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(tooShort.error().message, AllOf(HasSubstr(std::to_string(tokens) + " tokens"), HasSubstr("at least 400")));
    EXPECT_FALSE(measureText(opened, nullptr, "", exact));
    for (const int length : {-1, 0, 3}) {
        exact.contextLength = length;
        EXPECT_FALSE(measureText(opened, nullptr, someText(20), exact)) << length;
    }
    exact.contextLength = 16;
    exact.chunks = 0;
    EXPECT_FALSE(measureText(opened, nullptr, someText(20), exact));
}

TEST_F(TinyPerplexity, ACancelledJobEnds)
{
    Job before;
    before.cancel();
    const auto never = measure(opened.model, nullptr, *opened.tokenizer, someText(60), exact, before);
    ASSERT_FALSE(never);
    EXPECT_EQ(never.error().code, ErrorCode::Cancelled);

    Job during;
    int chunks = 0;
    const auto ended = measure(opened.model, opened.model, *opened.tokenizer, someText(200), exact, during, {}, [&](const Measurement&) {
        if (++chunks == 2) during.cancel();
    });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(chunks, 2);
}

TEST_F(TinyPerplexity, APausedJobWaits)
{
    Job job;
    std::atomic<int> chunks = 0;
    std::atomic<bool> paused = false;
    std::thread other([&] {
        while (!paused) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_EQ(chunks, 1);
        job.resume();
    });
    const auto measured = measure(opened.model, nullptr, *opened.tokenizer, someText(60), exact, job, {}, [&](const Measurement&) {
        if (++chunks == 1) {
            job.pause();
            paused = true;
        }
    });
    paused = true;
    other.join();
    ASSERT_TRUE(measured) << measured.error().message;
    EXPECT_EQ(measured->perplexity.chunks, chunks);
}

TEST_F(TinyPerplexity, AModelDoesNotDivergeFromItself)
{
    const auto measured = measureText(opened, opened.model, someText(60), exact);
    ASSERT_TRUE(measured) << measured.error().message;
    ASSERT_TRUE(measured->divergence);
    const Divergence& d = *measured->divergence;
    for (const double zero : {d.kldMean, d.kldError, d.kldMaximum, d.kldMinimum, d.deltaMean, d.deltaRms, d.deltaMaximum, d.deltaMinimum, d.logRatio, d.logRatioError})
        EXPECT_EQ(zero, 0);
    EXPECT_EQ(d.sameTop, 1);
    EXPECT_EQ(d.basePpl, measured->perplexity.ppl);
    EXPECT_DOUBLE_EQ(d.correlation, 1);
}

TEST_F(TinyPerplexity, AModelThatGivesNoNumbersIsRefused)
{
    auto bytes = test::TinyModel{}.builder().build();
    const float nan = NAN; // the last value of the file belongs to the last layer's ffn_down, which everything passes
    std::memcpy(bytes.data() + bytes.size() - sizeof nan, &nan, sizeof nan);
    const auto file = gguf::File::parse(bytes);
    ASSERT_TRUE(file) << file.error().message;
    const auto model = generate::LoadedModel::load(*file);
    ASSERT_TRUE(model) << model.error().message;
    const auto measured = measureText({*model, opened.tokenizer}, nullptr, someText(60), exact);
    ASSERT_FALSE(measured);
    EXPECT_EQ(measured.error().code, ErrorCode::Format);
    EXPECT_THAT(measured.error().message, HasSubstr("chunk 1"));
}

TEST(DivergenceSums, AddUpAsTheirNamesSay)
{
    DivergenceSums sums;
    EXPECT_EQ(sums.soFar().kldMean, 0); // nothing yet
    const RowScore scores[] = {{1.0, 0.9, 0.02, true}, {2.0, 2.2, 0.05, false}, {0.5, 0.4, 0.01, true}, {3.0, 3.1, 0.12, true}};
    for (const auto& score : scores) sums.add(score);
    Divergence d = sums.soFar();
    sums.addPercentiles(d);
    EXPECT_NEAR(d.kldMean, 0.05, 1e-12);
    // distances -0.03, 0, -0.04, 0.07: √(0.0074 / 4 / 3)
    EXPECT_NEAR(d.kldError, std::sqrt(0.0074 / 12), 1e-12);
    EXPECT_NEAR(d.kldMedian, 0.035, 1e-7);
    EXPECT_NEAR(d.kldP90, 0.05 + 0.7 * 0.07, 1e-7);
    EXPECT_NEAR(d.kldMaximum, 0.12, 1e-7);
    EXPECT_NEAR(d.kldMinimum, 0.01, 1e-7);
    EXPECT_EQ(d.sameTop, 0.75);
    EXPECT_NEAR(d.sameTopError, std::sqrt(0.75 * 0.25 / 3), 1e-12);
    // differences 0.1, -0.2, 0.1, -0.1
    EXPECT_NEAR(d.logRatio, -0.025, 1e-12);
    EXPECT_NEAR(d.logRatioError, std::sqrt((2 * 0.125 * 0.125 + 0.175 * 0.175 + 0.075 * 0.075) / 12), 1e-12);
    EXPECT_NEAR(d.basePpl, std::exp(1.65), 1e-12);
    double deltaMean = 0, squares = 0;
    for (const auto& s : scores) {
        const double delta = std::exp(-s.loss) - std::exp(-s.baseLoss);
        deltaMean += delta / 4;
        squares += delta * delta / 4;
    }
    EXPECT_NEAR(d.deltaMean, deltaMean, 1e-12);
    EXPECT_NEAR(d.deltaRms, std::sqrt(squares), 1e-12);
    EXPECT_GT(d.correlation, 0.98);
    EXPECT_LT(d.correlation, 1);
}

TEST(Perplexity, IsTheRecordedOne)
{
    CORRAL_NEEDS_SHARED("golden/real");
    const auto manifest = test::readJson(test::sharedPath("golden/real/manifest.json"));
    const std::string text = manifest["text"];
    struct Case {
        const char *model, *variant;
        double limit; // relative; golden/real/README.md
    };
    for (const Case& c : {Case{"stories260K", "as is", 1e-4}, {"stories260K", "Q4_0", 0.01}, {"TinyStories-656K", "as is", 1e-3}, {"TinyStories-656K", "Q8_0", 0.01}}) {
        const auto variant = manifest["models"][c.model]["variants"][c.variant];
        const auto opened = test::openModel(test::sharedPath("golden/real/" + std::string(variant["file"])));
        ASSERT_TRUE(opened);
        int compared = 0;
        for (const auto& recorded : variant["perplexity"]["chunked"]) {
            if (recorded["running"].size() < 2) continue; // the tool itself asks for two chunks
            ++compared;
            PerplexityOptions options{.contextLength = recorded["n_ctx"], .threads = 2, .cacheK = CacheType::F32, .cacheV = CacheType::F32};
            Job job;
            std::vector<double> running;
            const auto measured = measure(opened.model, nullptr, *opened.tokenizer, text, options, job, {},
                                          [&](const Measurement& m) { running.push_back(m.perplexity.ppl); });
            ASSERT_TRUE(measured) << measured.error().message;
            EXPECT_EQ(measured->perplexity.tokens, std::int64_t(recorded["tokens_scored"]));
            EXPECT_NEAR(measured->perplexity.ppl / double(recorded["perplexity"]), 1, c.limit) << c.model << " " << c.variant << " " << options.contextLength;
            ASSERT_EQ(running.size(), recorded["running"].size());
            for (std::size_t i = 0; i < running.size(); ++i) EXPECT_NEAR(running[i] / double(recorded["running"][i]), 1, 2 * c.limit);
        }
        EXPECT_GE(compared, 1) << c.model;
    }
}

TEST(Divergence, OfQuantizedModelsIsSmallAndGrowsWithTheirLoss)
{
    CORRAL_NEEDS_SHARED("golden/real");
    const std::string text = test::readText(test::sharedPath("golden/real/text.txt"));
    const auto diverging = [&](const char* original, const char* quantized) {
        const auto base = test::openModel(test::sharedPath(std::string("golden/real/") + original)), opened = test::openModel(test::sharedPath(std::string("golden/real/") + quantized));
        const auto measured = measureText(opened, base.model, text, {.contextLength = 64});
        if (!measured) return ADD_FAILURE() << measured.error().message, Measurement{.perplexity = {}, .divergence = Divergence{}};
        return *measured;
    };
    const auto q8 = diverging("TinyStories-656K.gguf", "TinyStories-656K.Q8_0.gguf"), q4 = diverging("stories260K.gguf", "stories260K.Q4_0.gguf");
    EXPECT_GT(q8.divergence->kldMean, 1e-6);
    EXPECT_LT(q8.divergence->kldMean, 0.01);
    EXPECT_GT(q8.divergence->sameTop, 0.9);
    EXPECT_GT(q4.divergence->kldMean, 0.01);
    EXPECT_LT(q4.divergence->kldMean, 0.5);
    EXPECT_LT(q4.divergence->sameTop, 1);
    for (const auto* m : {&q8, &q4}) {
        const Divergence& d = *m->divergence;
        EXPECT_NEAR(d.basePpl * std::exp(d.logRatio), m->perplexity.ppl, 1e-6 * m->perplexity.ppl);
        EXPECT_GT(d.kldError, 0);
        EXPECT_GE(d.kldMinimum, -1e-9);
        const std::vector<double> klds{d.kldMinimum, d.kldP01, d.kldP1, d.kldP5, d.kldP10, d.kldMedian, d.kldP90, d.kldP95, d.kldP99, d.kldP999, d.kldMaximum};
        EXPECT_TRUE(std::ranges::is_sorted(klds));
        const std::vector<double> deltas{d.deltaMinimum, d.deltaP01,  d.deltaP1,  d.deltaP5,  d.deltaP10, d.deltaP25, d.deltaMedian,
                                         d.deltaP75,     d.deltaP90, d.deltaP95, d.deltaP99, d.deltaP999, d.deltaMaximum};
        EXPECT_TRUE(std::ranges::is_sorted(deltas));
    }
}

TEST(Divergence, NeedsOneVocabulary)
{
    const test::TempDir dir;
    test::TinyModel tiny;
    tiny.write(dir / "tiny.gguf");
    tiny.addBos = false;
    tiny.write(dir / "other.gguf");
    const auto opened = test::openModel(dir / "tiny.gguf"), other = test::openModel(dir / "other.gguf");
    const auto measured = measureText(opened, other.model, someText(60), {.contextLength = 16});
    ASSERT_FALSE(measured);
    EXPECT_THAT(measured.error().message, HasSubstr("read the text as different tokens"));

    CORRAL_NEEDS_SHARED("golden/real");
    const auto real = test::openModel(test::sharedPath("golden/real/stories260K.gguf"));
    const auto sizes = measureText(opened, real.model, someText(60), {.contextLength = 16});
    ASSERT_FALSE(sizes);
    EXPECT_EQ(sizes.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(sizes.error().message, AllOf(HasSubstr("282"), HasSubstr("512")));
}

TEST(Perplexity, OfTheStarterModelIsTheRecordedOne)
{
    CORRAL_NEEDS_SHARED("golden/real/starter.json");
    if (test::starterModel().empty()) GTEST_SKIP() << "needs the starter model, which ./run fetches";
    const auto recording = test::readJson(test::sharedPath("golden/real/starter.json"));
    const auto opened = test::openModel(test::starterModel());
    const auto measured = measureText(opened, nullptr, test::readText(test::sharedPath("golden/real/starter_text.txt")), {.contextLength = 512});
    ASSERT_TRUE(measured) << measured.error().message;
    const auto& expected = recording["perplexity"]["512"];
    EXPECT_EQ(measured->perplexity.tokens, std::int64_t(expected["tokens"]));
    EXPECT_NEAR(measured->perplexity.ppl / double(expected["ppl"]), 1, 0.01) << measured->perplexity.ppl;
}

} // namespace
} // namespace corral::measure
