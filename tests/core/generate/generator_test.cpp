// The generator on a scripted session: what it computes, reuses, shows and refuses.
#include "core/generate/generator.h"

#include "tests/core/generate/fake_model.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_vocabulary.h"

#include <gmock/gmock.h>

namespace corral::generate {
namespace {

using test::FakeModel;
using test::kFirstByteToken;
using test::kFirstPieceToken;
using testing::HasSubstr;

// Answers with the script's tokens one after another, whatever the prompt was, and notes what was asked of it.
class FakeSession final : public Session {
public:
    std::shared_ptr<const LoadedModel> loaded;
    std::vector<Token> script;
    std::vector<Token> cache;
    std::vector<std::size_t> decoded; // tokens per call
    int context = 64, batch = 8;
    std::size_t next = 0;
    std::function<void()> onDecode;
    std::optional<float> everyLogit; // instead of the script
    Placement where;

    const LoadedModel& model() const override { return *loaded; }
    int contextLength() const override { return context; }
    int position() const override { return static_cast<int>(cache.size()); }
    int threads() const override { return 1; }
    const Placement& placement() const override { return where; }
    std::uint64_t cacheBytes() const override { return 0; }
    std::uint64_t computeBytes() const override { return 0; }
    void truncate(int to) override { cache.resize(static_cast<std::size_t>(to)); }
    const Error* loss() const override { return nullptr; }
    Result<void> recover(const LoadWatch&) override { return {}; }

    Result<std::span<const float>> decode(std::span<const Token> tokens, Logits, std::stop_token stop, const std::function<void(int)>& progress) override
    {
        if (cache.size() + tokens.size() > static_cast<std::size_t>(context)) return fail(ErrorCode::ContextFull, "session: full");
        decoded.push_back(tokens.size());
        for (std::size_t done = 0; done < tokens.size();) {
            if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "cancelled");
            const std::size_t n = std::min(static_cast<std::size_t>(batch), tokens.size() - done);
            cache.insert(cache.end(), tokens.begin() + static_cast<std::ptrdiff_t>(done), tokens.begin() + static_cast<std::ptrdiff_t>(done + n));
            done += n;
            if (progress) progress(static_cast<int>(done));
            if (onDecode) onDecode();
        }
        m_logits.assign(static_cast<std::size_t>(loaded->vocabularySize()), 0.f);
        const Token chosen = next < script.size() ? script[next++] : 2;
        m_logits[static_cast<std::size_t>(chosen)] = 10.f;
        if (everyLogit) std::ranges::fill(m_logits, *everyLogit);
        return std::span<const float>(m_logits);
    }

private:
    std::vector<float> m_logits;
};

class GeneratorTest : public testing::Test {
protected:
    void SetUp() override
    {
        test::GgufBuilder builder;
        test::addTinyVocabulary(builder, {"Hello", "\xe2\x96\x81world", "ST", "OP", "!", "\xe2\x96\x81", "caf"});
        m_bytes = builder.build();
        auto file = gguf::File::parse(m_bytes);
        ASSERT_TRUE(file) << file.error().message;
        auto loaded = text::Tokenizer::load(**file);
        ASSERT_TRUE(loaded) << loaded.error().message;
        tokenizer = *loaded;
        auto owned = std::make_unique<FakeSession>();
        session = owned.get();
        session->loaded = std::make_shared<FakeModel>(*file, tokenizer->size());
        generator = std::make_unique<Generator>(std::move(owned), tokenizer);
        options.sampling.temp = 0;
    }

    Result<Outcome> run(const std::vector<Token>& prompt, std::stop_token stop = {})
    {
        shown.clear();
        pieces.clear();
        return generator->generate(prompt, options,
                                   {.onPrompt = [this](int done, int total, int cached) { progress.push_back({done, total, cached}); },
                                    .onText =
                                        [this](std::string_view utf8, int tokens) {
                                            shown += utf8;
                                            pieces.emplace_back(std::string(utf8), tokens);
                                        }},
                                   std::move(stop));
    }
    static Token piece(int i) { return kFirstPieceToken + i; }
    static Token byte(unsigned char b) { return kFirstByteToken + b; }

    std::vector<std::byte> m_bytes;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    FakeSession* session = nullptr;
    std::unique_ptr<Generator> generator;
    GenerateOptions options;
    std::string shown;
    std::vector<std::pair<std::string, int>> pieces;
    std::vector<std::array<int, 3>> progress;
};

TEST_F(GeneratorTest, EndsAtEndOfGeneration)
{
    session->script = {piece(0), piece(1), piece(4), 2};
    const auto outcome = run({1, 5, 6});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->reason, FinishReason::EndOfText);
    EXPECT_EQ(shown, "Hello world!");
    EXPECT_EQ(outcome->timings.promptTokens, 3);
    EXPECT_EQ(outcome->timings.cachedTokens, 0);
    EXPECT_EQ(outcome->timings.generatedTokens, 4);
    EXPECT_EQ(outcome->tokens, (std::vector<Token>{piece(0), piece(1), piece(4), 2}));
    EXPECT_GT(outcome->timings.firstTokenSeconds, 0);
    EXPECT_GE(outcome->timings.firstTokenSeconds, outcome->timings.promptSeconds);
}

TEST_F(GeneratorTest, LogitsThatAreNoNumbersAreAnError)
{
    for (const float logit : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        session->everyLogit = logit;
        const auto outcome = run({1, 5, 6});
        ASSERT_FALSE(outcome);
        EXPECT_THAT(outcome.error().message, HasSubstr("computed no numbers"));
        EXPECT_EQ(shown, "");
        EXPECT_TRUE(generator->cachedTokens().empty()) << "nothing of it is reused";
    }
    session->everyLogit.reset();
    EXPECT_TRUE(run({1, 5, 6}));
}

TEST_F(GeneratorTest, TheNextTurnComputesOnlyWhatIsNew)
{
    session->script = {piece(0), piece(4), 2};
    ASSERT_TRUE(run({1, 5, 6}));
    EXPECT_EQ(session->decoded, (std::vector<std::size_t>{3, 1, 1}));
    EXPECT_EQ(std::vector<Token>(generator->cachedTokens().begin(), generator->cachedTokens().end()), session->cache);

    session->decoded.clear();
    session->next = 0;
    const auto second = run({1, 5, 6, piece(0), piece(4), 2, 7, 8});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->timings.cachedTokens, 5);
    EXPECT_EQ(session->decoded.front(), 3u);

    session->decoded.clear();
    session->next = 0;
    const auto changed = run({1, 5, 9});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->timings.cachedTokens, 2);
    EXPECT_EQ(session->cache[2], 9);

    session->decoded.clear();
    session->next = 0;
    const auto same = run({1, 5, 9});
    ASSERT_TRUE(same);
    EXPECT_EQ(same->timings.cachedTokens, 2) << "the last token's logits are needed";
    EXPECT_EQ(session->decoded.front(), 1u);

    generator->forget();
    EXPECT_EQ(session->position(), 0);
    session->next = 0;
    EXPECT_EQ(run({1, 5, 9})->timings.cachedTokens, 0);
}

TEST_F(GeneratorTest, PromptProgressComesInPieces)
{
    session->script = {2};
    std::vector<Token> prompt(20, 5);
    ASSERT_TRUE(run(prompt));
    EXPECT_EQ(progress, (std::vector<std::array<int, 3>>{{8, 20, 0}, {16, 20, 0}, {20, 20, 0}}));
}

TEST_F(GeneratorTest, StopStringsAcrossTokenBorders)
{
    options.stop = {"STOP"};
    session->script = {piece(0), piece(2), piece(3), piece(4)};
    const auto outcome = run({1});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, FinishReason::StopString);
    EXPECT_EQ(outcome->stopString, "STOP");
    EXPECT_EQ(shown, "Hello");
    EXPECT_EQ(outcome->timings.generatedTokens, 3);

    session->next = 0;
    session->script = {piece(0), piece(2), piece(4), 2}; // "ST!" is no stop string after all
    const auto other = run({1});
    ASSERT_TRUE(other);
    EXPECT_EQ(other->reason, FinishReason::EndOfText);
    EXPECT_EQ(shown, "HelloST!");
    EXPECT_EQ(pieces.back(), (std::pair<std::string, int>{"ST!", 2}));
}

TEST_F(GeneratorTest, NeverHalfACharacter)
{
    session->script = {piece(6), byte(0xc3), byte(0xa9), byte(0xe2), byte(0x82), byte(0xac), byte(0xf0), 2};
    ASSERT_TRUE(run({1}));
    EXPECT_EQ(shown, "caf\xc3\xa9\xe2\x82\xac\xef\xbf\xbd") << "what stays incomplete becomes U+FFFD";
    for (const auto& [text, tokens] : pieces) EXPECT_NE(static_cast<unsigned char>(text.back()) & 0xc0, 0xc0) << text;
}

TEST_F(GeneratorTest, MaxTokens)
{
    session->script.assign(20, piece(4));
    options.maxTokens = 3;
    const auto outcome = run({1});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, FinishReason::MaxTokens);
    EXPECT_EQ(shown, "!!!");
    options.maxTokens = 0;
    EXPECT_EQ(run({1, 5})->timings.generatedTokens, 0);
    EXPECT_EQ(session->position(), 2);
}

TEST_F(GeneratorTest, APromptThatDoesNotFitIsRefusedWithNumbers)
{
    session->context = 2000;
    const auto outcome = run(std::vector<Token>(5000, 5));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::ContextFull);
    EXPECT_THAT(outcome.error().message, testing::AllOf(HasSubstr("5,000"), HasSubstr("2,000")));
    EXPECT_TRUE(session->decoded.empty());
    const auto exact = run(std::vector<Token>(2000, 5));
    ASSERT_FALSE(exact);
    EXPECT_THAT(exact.error().message, HasSubstr("no room"));
}

TEST_F(GeneratorTest, AnAnswerThatFillsTheContextSaysSo)
{
    session->context = 6;
    session->script.assign(20, piece(4));
    const auto outcome = run({1, 5, 6});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, FinishReason::ContextFull);
    EXPECT_EQ(session->position(), 6);
    EXPECT_EQ(shown, "!!!!") << "one token more than the cache holds: it needs no place of its own";
}

TEST_F(GeneratorTest, CancelWithinOneToken)
{
    std::stop_source stop;
    session->script.assign(20, piece(4));
    session->onDecode = [&] {
        if (session->decoded.size() == 3) stop.request_stop();
    };
    const auto outcome = run({1, 5}, stop.get_token());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, FinishReason::Cancelled);
    EXPECT_EQ(outcome->timings.generatedTokens, 2);
    EXPECT_EQ(shown, "!!") << "the partial answer stays";
    EXPECT_EQ(generator->cachedTokens().size(), session->cache.size());
}

TEST_F(GeneratorTest, CancelInThePromptKeepsWhatWasComputed)
{
    std::stop_source stop;
    session->onDecode = [&] { stop.request_stop(); };
    std::vector<Token> prompt(20, 5);
    const auto outcome = run(prompt, stop.get_token());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, FinishReason::Cancelled);
    EXPECT_EQ(generator->cachedTokens().size(), 8u);
    session->onDecode = {};
    session->script = {2};
    EXPECT_EQ(run(prompt)->timings.cachedTokens, 8);
}

TEST_F(GeneratorTest, NonsenseIsRefused)
{
    EXPECT_EQ(run({}).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(run({-1}).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(run({100000}).error().code, ErrorCode::InvalidArgument);
    options.sampling.penaltyRepeat = -1;
    EXPECT_EQ(run({1}).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(session->position(), 0);
}

TEST_F(GeneratorTest, ControlTokensAreShownOnlyOnRequest)
{
    session->script = {piece(0), 1, piece(4), 2};
    ASSERT_TRUE(run({1}));
    EXPECT_EQ(shown, "Hello!");
    session->next = 0;
    options.showSpecial = true;
    ASSERT_TRUE(run({1}));
    EXPECT_EQ(shown, "Hello<s>!</s>");
}

} // namespace
} // namespace corral::generate
