// The starter model against its recording (golden/real/starter.json): the first real model most people meet.
#include "core/text/tokenizer.h"
#include "tests/core/generate/session_support.h"

namespace corral::generate {
namespace {

#define CORRAL_NEEDS_STARTER()                                                                                                            \
    CORRAL_NEEDS_SHARED("golden/real/starter.json");                                                                                      \
    if (test::starterModel().empty()) GTEST_SKIP() << "the starter model has not been fetched"

TEST(StarterModel, MakesTheRecordedChoices)
{
    CORRAL_NEEDS_STARTER();
    const auto recording = test::readJson(test::sharedPath("golden/real/starter.json"));
    auto session = test::openSession(test::starterModel(), {.contextLength = 1024});
    ASSERT_TRUE(session);
    for (const auto& generation : recording["generations"]) {
        session->truncate(0);
        const std::vector<Token> prompt = generation["prompt_ids"], ids = generation["ids"];
        auto row = session->decode(prompt, Session::Logits::Last);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ASSERT_TRUE(row) << row.error().message;
            const auto best = static_cast<Token>(std::ranges::max_element(*row) - row->begin());
            if (double(generation["margins"][i]) >= 0.5) {
                EXPECT_EQ(best, ids[i]) << generation["question"] << ", token " << i;
            }
            row = session->decode({&ids[i], 1}, Session::Logits::Last);
        }
    }
}

// Windows of n tokens, the first replaced by the text's first id; targets in the second half count.
double perplexity(Session& session, const std::vector<Token>& text, std::size_t window, std::size_t& scored)
{
    const auto width = static_cast<std::size_t>(session.model().vocabularySize());
    double sum = 0;
    scored = 0;
    for (std::size_t begin = 0; begin + window <= text.size(); begin += window) {
        std::vector<Token> ids(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(begin + window));
        ids[0] = text[0];
        session.truncate(0);
        const auto half = std::span(ids).first(window / 2), rest = std::span(ids).subspan(window / 2);
        EXPECT_TRUE(session.decode(half, Session::Logits::None));
        const auto logits = session.decode(rest, Session::Logits::All);
        if (!logits) return ADD_FAILURE() << logits.error().message, 0;
        for (std::size_t i = 0; i + 1 < rest.size(); ++i, ++scored) sum += test::negativeLogLikelihood(logits->subspan(i * width, width), rest[i + 1]);
    }
    return std::exp(sum / static_cast<double>(scored));
}

TEST(StarterPerplexity, IsTheRecordedOne)
{
    CORRAL_NEEDS_STARTER();
    const auto recording = test::readJson(test::sharedPath("golden/real/starter.json"));
    auto session = test::openSession(test::starterModel(), {.contextLength = 1024});
    ASSERT_TRUE(session);
    const auto tokenizer = text::Tokenizer::load(session->model().file());
    ASSERT_TRUE(tokenizer) << tokenizer.error().message;
    const auto ids = (*tokenizer)->encode(test::readText(test::sharedPath("golden/real/starter_text.txt")), {});
    for (const auto& [window, expected] : recording["perplexity"].items()) {
        std::size_t scored = 0;
        const double got = perplexity(*session, ids, std::stoul(window), scored);
        EXPECT_EQ(scored, std::size_t(expected["tokens"])) << window;
        EXPECT_NEAR(got / double(expected["ppl"]), 1, 0.01) << got << " with windows of " << window;
        RecordProperty("perplexity " + window, std::to_string(got));
    }
}

} // namespace
} // namespace corral::generate
