// What a session promises, on a small random model.
#include "tests/core/generate/session_support.h"
#include "tests/core/generate/tiny_model.h"

#include <gmock/gmock.h>

namespace corral::generate {
namespace {

using test::copy;
using test::largestDifference;
using test::tinySession;
using test::tinyTokens;
using testing::ElementsAre;
using testing::HasSubstr;
using Logits = Session::Logits;

constexpr double kSame = 1e-4; // sums in another order

TEST(Session, SaysWhatItIs)
{
    auto session = tinySession({.threads = 2});
    EXPECT_EQ(session->contextLength(), test::kTinyContext); // 0: as trained
    EXPECT_EQ(session->threads(), 2);
    EXPECT_EQ(session->position(), 0);
    const LoadedModel& model = session->model();
    EXPECT_EQ(model.architecture(), "llama");
    EXPECT_EQ(model.vocabularySize(), test::kTinyVocabulary);
    EXPECT_EQ(model.cacheBytesPerToken(CacheType::F16, CacheType::F32), 2u * (64 * 2 + 64 * 4));
    EXPECT_GE(session->cacheBytes(), model.cacheBytesPerToken(CacheType::F16, CacheType::F16) * test::kTinyContext);
    EXPECT_GT(session->computeBytes(), 0u);
    EXPECT_EQ(model.weightBytes(), model.parameterCount() * 4);
}

TEST(Session, APromptIsTheSameInAnyPieces)
{
    const auto tokens = tinyTokens(50);
    const auto whole = copy(tinySession({.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 1})->decode(tokens, Logits::All));
    ASSERT_EQ(whole.size(), 50u * test::kTinyVocabulary);
    for (int batch : {1, 7, 32, 50}) {
        for (int threads : {1, 3}) {
            auto session = tinySession({.cacheK = CacheType::F32, .cacheV = CacheType::F32, .batch = batch, .threads = threads});
            EXPECT_LE(largestDifference(copy(session->decode(tokens, Logits::All)), whole), kSame) << batch << " at once, " << threads << " threads";
        }
    }
    auto session = tinySession({.cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 2});
    std::vector<float> last;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        last = copy(session->decode({&tokens[i], 1}, Logits::Last));
        EXPECT_LE(largestDifference(last, std::span(whole).subspan(i * test::kTinyVocabulary, test::kTinyVocabulary)), kSame) << "token " << i;
    }
}

TEST(Session, GivesTheLogitsAskedFor)
{
    const auto tokens = tinyTokens(20);
    const auto all = copy(tinySession()->decode(tokens, Logits::All));
    EXPECT_LE(largestDifference(copy(tinySession({.batch = 8})->decode(tokens, Logits::Last)), std::span(all).last(test::kTinyVocabulary)), 1e-2);
    auto session = tinySession();
    EXPECT_TRUE(copy(session->decode(tokens, Logits::None)).empty());
    EXPECT_EQ(session->position(), 20);
    EXPECT_TRUE(copy(session->decode({}, Logits::Last)).empty());
}

TEST(Session, TruncatedItGoesOnAsIfTheRestHadNeverBeen)
{
    const auto tokens = tinyTokens(30);
    auto session = tinySession();
    const auto expected = copy(session->decode(tokens, Logits::Last));
    session->truncate(12);
    EXPECT_EQ(session->position(), 12);
    copy(session->decode(tinyTokens(5), Logits::None)); // other tokens at 12 … 16
    session->truncate(12);
    EXPECT_LE(largestDifference(copy(session->decode(std::span(tokens).subspan(12), Logits::Last)), expected), 1e-2);
}

TEST(Session, AFullContextIsAnErrorThatChangesNothing)
{
    auto session = tinySession({.contextLength = 16});
    copy(session->decode(tinyTokens(10), Logits::None));
    const auto refused = session->decode(tinyTokens(7), Logits::Last);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::ContextFull);
    EXPECT_THAT(refused.error().message, HasSubstr("7 more"));
    EXPECT_THAT(refused.error().message, HasSubstr("16"));
    EXPECT_EQ(session->position(), 10);
    EXPECT_TRUE(session->decode(tinyTokens(6), Logits::Last));
}

TEST(Session, RefusesTokensOutsideTheVocabulary)
{
    auto session = tinySession();
    for (Token bad : {-1, test::kTinyVocabulary, 2000000000}) {
        const std::vector<Token> tokens{1, bad};
        const auto refused = session->decode(tokens, Logits::Last);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_EQ(session->position(), 0);
}

TEST(Session, StopsBetweenPieces)
{
    auto session = tinySession({.batch = 8});
    std::stop_source stop;
    std::vector<int> progress;
    const auto tokens = tinyTokens(40);
    const auto stopped = session->decode(tokens, Logits::Last, stop.get_token(), [&](int done) {
        progress.push_back(done);
        if (done == 16) stop.request_stop();
    });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(session->position(), 16);
    EXPECT_THAT(progress, ElementsAre(8, 16));
    // What is there is sound: going on from here gives the whole prompt's logits.
    const auto expected = copy(tinySession({.batch = 8})->decode(tokens, Logits::Last));
    EXPECT_LE(largestDifference(copy(session->decode(std::span(tokens).subspan(16), Logits::Last)), expected), kSame);
}

TEST(Session, CacheTypesDifferByTheirRoundingOnly)
{
    const auto tokens = tinyTokens(40);
    const auto exact = copy(tinySession({.cacheK = CacheType::F32, .cacheV = CacheType::F32})->decode(tokens, Logits::Last));
    const auto half = copy(tinySession()->decode(tokens, Logits::Last));
    const auto bytes = copy(tinySession({.cacheK = CacheType::Q8_0, .cacheV = CacheType::Q8_0})->decode(tokens, Logits::Last));
    EXPECT_LE(largestDifference(half, exact), 1e-2);
    EXPECT_GT(largestDifference(half, exact), 0);
    EXPECT_LE(largestDifference(bytes, exact), 0.2);
    EXPECT_GT(largestDifference(bytes, exact), largestDifference(half, exact));
}

TEST(Session, RefusesImpossibleOptions)
{
    const auto model = test::tinyModel();
    for (const SessionOptions& options : {SessionOptions{.contextLength = -1}, SessionOptions{.batch = 0}, SessionOptions{.threads = -2}}) {
        const auto refused = Session::create(model, options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    }
}

} // namespace
} // namespace corral::generate
