// Grammars of core/text in the hands of the sampler: whatever a model would like to write, the answer fits.
#include "core/generate/constraint.h"

#include "core/text/answer_parser.h"
#include "core/text/json_schema.h"
#include "tests/support/tiny_vocabulary.h"

#include <gmock/gmock.h>

#include <random>

namespace corral::generate {
namespace {

using text::Json;

class Constraint : public testing::Test {
protected:
    void SetUp() override
    {
        test::GgufBuilder builder;
        test::addTinyVocabulary(builder, {"{\"", "\":", "\"}", "Hello", "true", "<tool_call>", "</tool_call>", "12"});
        m_bytes = builder.build();
        auto file = gguf::File::parse(m_bytes);
        ASSERT_TRUE(file) << file.error().message;
        auto loaded = text::Tokenizer::load(**file);
        ASSERT_TRUE(loaded) << loaded.error().message;
        tokenizer = *loaded;
        vocabulary = vocabularyOf(tokenizer, tokenizer->size());
    }

    // What a model of random likings writes.
    std::string write(const sample::GrammarParams& grammar, unsigned seed)
    {
        GenerateOptions options;
        options.sampling.seed = seed;
        options.sampling.grammar = grammar;
        options.maxTokens = 400;
        std::string text;
        const std::vector<Token> prompt{1, 100};
        auto answer = Answer::begin(prompt, options, {.onText = [&](std::string_view utf8, int) { text += utf8; }}, tokenizer, vocabulary, 1000);
        if (!answer) throw std::runtime_error(answer.error().message);
        std::mt19937 random(seed);
        std::normal_distribution<float> likes(0, 3);
        std::vector<float> logits(static_cast<std::size_t>(vocabulary->size));
        while (true) {
            for (float& logit : logits) logit = likes(random);
            for (const char c : {'"', '}', '\n'}) logits[static_cast<std::size_t>(test::kFirstByteToken + c)] += 6; // so that texts end
            const auto ended = (*answer)->choose(logits);
            if (!ended) throw std::runtime_error(ended.error().message);
            if (!*ended) continue;
            (*answer)->finish(**ended);
            return **ended == FinishReason::EndOfText ? text : "";
        }
    }

    std::vector<std::byte> m_bytes;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    std::shared_ptr<const sample::Vocabulary> vocabulary;
};

TEST_F(Constraint, AnswersFitTheirSchema)
{
    const auto gbnf = text::grammarOfSchema(Json::parse(R"({"type":"object","properties":{"a":{"type":"integer","minimum":3,"maximum":20},"b":{"type":"boolean"},"c":{"type":"string","maxLength":5}},"required":["a","c"]})"));
    const auto grammar = constraintOf(*gbnf, *vocabulary);
    ASSERT_TRUE(grammar) << grammar.error().message;
    int complete = 0;
    for (unsigned seed = 0; seed < 30; ++seed) {
        const std::string answer = write(*grammar, seed);
        if (answer.empty()) continue;
        ++complete;
        const Json value = Json::parse(answer, nullptr, false);
        ASSERT_TRUE(value.is_object()) << answer;
        EXPECT_TRUE(value["a"] >= 3 && value["a"] <= 20 && value["c"].is_string()) << answer;
    }
    EXPECT_GT(complete, 15);
}

TEST_F(Constraint, RequiredCallsAreCalls)
{
    const text::AnswerFormat format = text::answerFormatOf("<tool_call>");
    const Json tools = Json::parse(R"([{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}}}])");
    const auto calls = text::grammarOfCalls(format, tools, {.required = true, .parallel = false});
    ASSERT_TRUE(calls);
    const auto grammar = constraintOf(*calls, *vocabulary);
    ASSERT_TRUE(grammar) << grammar.error().message;
    int complete = 0;
    for (unsigned seed = 0; seed < 20; ++seed) {
        const std::string answer = write(*grammar, seed);
        if (answer.empty()) continue;
        ++complete;
        text::AnswerParser parser(format, {.tools = tools});
        const auto deltas = parser.push(answer);
        ASSERT_EQ(parser.calls(), 1u) << answer;
        EXPECT_TRUE(Json::parse(deltas.front().text)["x"].is_number_integer()) << answer;
    }
    EXPECT_GT(complete, 10);
}

TEST_F(Constraint, TriggersAndErrors)
{
    const auto grammar = constraintOf(text::CallGrammar{.gbnf = "root ::= \"a\"", .triggers = {"x"}, .triggerPatterns = {"y+"}, .freeUntil = {"z"}}, *vocabulary);
    ASSERT_TRUE(grammar);
    ASSERT_EQ(grammar->triggers.size(), 2u);
    EXPECT_EQ(grammar->triggers[1].kind, sample::GrammarTrigger::Kind::Pattern);
    EXPECT_THAT(grammar->freeUntil, testing::ElementsAre("z"));
    EXPECT_FALSE(constraintOf("root ::= (", *vocabulary));
}

TEST_F(Constraint, MarkersAreShown)
{
    // Of this vocabulary's control tokens only "</s>" could be spelled by a marker.
    text::AnswerFormat format;
    format.dropped = {"</s>", "<tool_call>"};
    EXPECT_THAT(markerTokens(format, *tokenizer), testing::ElementsAre(2));
}

} // namespace
} // namespace corral::generate
