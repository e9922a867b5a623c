// Sequences computed together against each of them alone, on a small random model.
#include "tests/core/generate/session_support.h"
#include "tests/core/generate/tiny_model.h"

namespace corral::generate {
namespace {

using test::copy;
using test::largestDifference;
using test::tinySequences;
using test::tinySession;
using test::tinyTokens;
using Logits = Session::Logits;

constexpr double kSame = 1e-4; // sums in another order

// Each sequence's logits, whoever else is in the step.
TEST(Sequences, SequencesAreComputedTogetherAsEachAlone)
{
    constexpr int kSequences = 5;
    const SessionOptions alone{.contextLength = 40, .cacheK = CacheType::F32, .cacheV = CacheType::F32};
    auto sequences = tinySequences(alone, kSequences);
    EXPECT_EQ(sequences->count(), kSequences);
    const auto tokensOf = [](int sequence) {
        auto tokens = tinyTokens(30);
        for (Token& token : tokens) token = (token + 11 * sequence) % test::kTinyVocabulary;
        return tokens;
    };
    std::vector<std::vector<Token>> tokens;
    std::vector<std::unique_ptr<Session>> single;
    for (int s = 0; s < kSequences; ++s) {
        tokens.push_back(tokensOf(s));
        single.push_back(tinySession(alone));
    }
    // Prompts of other lengths beside single tokens; one sequence pauses, one wants no logits.
    for (const std::vector<int>& step : {std::vector{3, 0, 1, 12, 2}, {1, 9, 1, 1, 0}, {1, 1, 1, 1, 1}, {0, 0, 7, 1, 1}}) {
        std::vector<Sequences::Addition> additions;
        std::vector<std::vector<float>> expected;
        for (const int s : {4, 0, 3, 1, 2}) { // in any order
            const auto i = static_cast<std::size_t>(s);
            if (step[i] == 0) continue;
            const auto piece = std::span(tokens[i]).subspan(static_cast<std::size_t>(sequences->position(s)), static_cast<std::size_t>(step[i]));
            additions.push_back({.sequence = s, .tokens = piece, .logits = s != 3});
            auto row = copy(single[i]->decode(piece, Logits::Last));
            if (s != 3) expected.push_back(std::move(row));
        }
        const auto rows = copy(sequences->step(additions));
        ASSERT_EQ(rows.size(), expected.size() * test::kTinyVocabulary);
        for (std::size_t r = 0; r < expected.size(); ++r)
            EXPECT_LE(largestDifference(std::span(rows).subspan(r * test::kTinyVocabulary, test::kTinyVocabulary), expected[r]), kSame) << "row " << r;
        for (int s = 0; s < kSequences; ++s) EXPECT_EQ(sequences->position(s), single[static_cast<std::size_t>(s)]->position());
    }
}

// As few: the same bits in any company. As many: the same bits however a prompt is cut, also where one token is left of it.
TEST(Sequences, WaysMakeNumbersIndependentOfCompanyAndOfPieces)
{
    const auto tokens = tinyTokens(30);
    const auto logitsOf = [&](const std::vector<int>& pieces, int company) {
        auto sequences = tinySequences({.contextLength = 40}, 4);
        const auto step = [&](int sequence, std::size_t count, backend::Way way, bool besides) {
            std::vector<Sequences::Addition> additions;
            for (int s = 0; s < (besides ? company : 0); ++s)
                additions.push_back({.sequence = s, .tokens = std::span(tokens).subspan(static_cast<std::size_t>(s), count)});
            additions.push_back({.sequence = sequence, .tokens = std::span(tokens).subspan(static_cast<std::size_t>(sequences->position(sequence)), count)});
            const auto rows = copy(sequences->step(additions, way));
            return std::vector<float>(rows.end() - test::kTinyVocabulary, rows.end());
        };
        std::vector<std::vector<float>> all;
        for (const int piece : pieces) all.push_back(step(3, static_cast<std::size_t>(piece), backend::Way::AsMany, true));
        all.erase(all.begin(), all.end() - 1);
        for (int i = 0; i < 4; ++i) all.push_back(step(3, 1, backend::Way::AsFew, true));
        return all;
    };
    const auto alone = logitsOf({20}, 0);
    ASSERT_EQ(alone.size(), 5u);
    EXPECT_EQ(logitsOf({20}, 3), alone);
    EXPECT_EQ(logitsOf({20}, 1), alone);
    EXPECT_EQ(logitsOf({12, 7, 1}, 0), alone);
    EXPECT_EQ(logitsOf({1, 17, 2}, 2), alone);
}

TEST(Sequences, ASequenceGoesOnFromACopyOfAnother)
{
    const auto tokens = tinyTokens(30);
    auto sequences = tinySequences({.contextLength = 32}, 3);
    const Sequences::Addition all{.sequence = 0, .tokens = tokens};
    const auto expected = copy(sequences->step({&all, 1}));
    const Sequences::Addition other{.sequence = 2, .tokens = std::span(tokens).subspan(20), .logits = false};
    copy(sequences->step({&other, 1})); // is forgotten
    sequences->copy(0, 2, 12);
    EXPECT_EQ(sequences->position(2), 12);
    EXPECT_EQ(sequences->position(0), 30);
    EXPECT_EQ(sequences->position(1), 0);
    const Sequences::Addition rest{.sequence = 2, .tokens = std::span(tokens).subspan(12)};
    EXPECT_LE(largestDifference(copy(sequences->step({&rest, 1})), expected), 1e-2);
}

TEST(Sequences, AStepThatDoesNotFitChangesNothing)
{
    auto sequences = tinySequences({.contextLength = 16}, 2);
    const auto tokens = tinyTokens(20), bad = std::vector<Token>{1, -7};
    const auto first = std::span(tokens).first(10);
    const std::vector<Sequences::Addition> fits{{.sequence = 0, .tokens = first}, {.sequence = 1, .tokens = std::span(tokens).first(3)}};
    ASSERT_TRUE(sequences->step(fits));
    const std::vector<Sequences::Addition> tooMany{{.sequence = 1, .tokens = std::span(tokens).first(2)}, {.sequence = 0, .tokens = std::span(tokens).first(7)}};
    const auto refused = sequences->step(tooMany);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::ContextFull);
    const std::vector<Sequences::Addition> wrong{{.sequence = 0, .tokens = first.first(1)}, {.sequence = 1, .tokens = bad}};
    ASSERT_FALSE(sequences->step(wrong));
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = sequences->step(std::span(tooMany).first(1), backend::Way::Fastest, stop.get_token());
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(sequences->position(0), 10);
    EXPECT_EQ(sequences->position(1), 3);
}

} // namespace
} // namespace corral::generate
