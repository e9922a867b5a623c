// The starter model beside the reference: its recorded answers, step by step, and the perplexity of a text.
#include "core/text/tokenizer.h"
#include "tests/core/generate/session_support.h"

namespace corral::generate {
namespace {

#define CORRAL_NEEDS_STARTER()                                                                                                            \
    CORRAL_NEEDS_SHARED("golden/real/starter.json");                                                                                      \
    if (test::starterModel().empty()) GTEST_SKIP() << "needs the starter model, which ./run fetches"

TEST(StarterModel, FirstChoiceIsTheRecordedTokenWhereTheMarginIsClear)
{
    CORRAL_NEEDS_STARTER();
    const auto recorded = test::readJson(test::sharedPath("golden/real/starter.json"));
    const auto session = test::openSession(test::starterModel(), {.contextLength = 512});
    ASSERT_NE(session, nullptr);
    int clear = 0;
    for (const auto& generation : recorded["generations"]) {
        const auto ids = generation["ids"].get<std::vector<Token>>();
        const auto margins = generation["margins"].get<std::vector<double>>();
        session->truncate(0);
        const auto rows = test::stepLogits(*session, generation["prompt_ids"].get<std::vector<Token>>(), ids);
        const auto width = static_cast<std::size_t>(session->model().vocabularySize());
        ASSERT_EQ(rows.size(), (ids.size() + 1) * width);
        for (std::size_t step = 0; step < ids.size(); ++step) {
            if (margins[step] < 0.5) continue; // a near tie may fall either way
            const auto row = std::span(rows).subspan(step * width, width);
            EXPECT_EQ(std::ranges::max_element(row) - row.begin(), ids[step]) << generation["question"] << " step " << step << " margin " << margins[step];
            ++clear;
        }
    }
    EXPECT_GE(clear, 200);
}

// Windows of `length` tokens, the first token of each replaced by the text's first; the targets of the second half count.
double perplexity(Session& session, const std::vector<Token>& ids, std::size_t length, int& scored)
{
    double sum = 0;
    scored = 0;
    for (std::size_t window = 0; window + length <= ids.size(); window += length) {
        std::vector<Token> tokens(ids.begin() + static_cast<std::ptrdiff_t>(window), ids.begin() + static_cast<std::ptrdiff_t>(window + length));
        tokens[0] = ids[0];
        session.truncate(0);
        const std::size_t half = length / 2;
        if (const auto first = session.decode(std::span(tokens).first(half), Session::Logits::None); !first) return ADD_FAILURE() << first.error().message, 0;
        const auto logits = session.decode(std::span(tokens).subspan(half), Session::Logits::All);
        if (!logits) return ADD_FAILURE() << logits.error().message, 0;
        const auto width = static_cast<std::size_t>(session.model().vocabularySize());
        for (std::size_t i = half; i + 1 < length; ++i, ++scored)
            sum += test::negativeLogLikelihood(logits->subspan((i - half) * width, width), tokens[i + 1]);
    }
    return std::exp(sum / scored);
}

TEST(StarterModel, PerplexityIsTheRecordedOneWithinAPercent)
{
    CORRAL_NEEDS_STARTER();
    const auto recorded = test::readJson(test::sharedPath("golden/real/starter.json"));
    const auto session = test::openSession(test::starterModel(), {.contextLength = 1024});
    ASSERT_NE(session, nullptr);
    const auto tokenizer = text::Tokenizer::load(session->model().file());
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    const auto ids = (*tokenizer)->encode(test::readText(test::sharedPath("golden/real/starter_text.txt")), {.addSpecial = true, .parseSpecial = false});
    for (const auto& [length, expected] : recorded["perplexity"].items()) {
        int scored = 0;
        const double measured = perplexity(*session, ids, std::stoul(length), scored);
        EXPECT_EQ(scored, expected["tokens"].get<int>()) << length;
        EXPECT_NEAR(measured / expected["ppl"].get<double>(), 1, 0.01) << length << ": " << measured;
        RecordProperty("ppl" + length, std::to_string(measured));
    }
}

} // namespace
} // namespace corral::generate
