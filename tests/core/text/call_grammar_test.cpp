// What the grammar of calls lets through is what the parser reads as calls.
#include "core/sample/grammar/grammar_matcher.h"
#include "core/sample/sampler.h"
#include "core/text/answer_parser.h"
#include "core/text/call_grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace corral::text {
namespace {

using testing::HasSubstr;

const Json kTools = Json::parse(R"([{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":
    {"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":14},"unit":{"type":"string","enum":["C","F"]}},"required":["city","days"]}}},
    {"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{}}}}])");

// Recognising marks of every family with calls.
const char* const kTemplates[] = {
    "<tool_call>", "<tool_call> <function= <parameter=", "<tool_call> <arg_key>", "ipython \"parameters\"", "[TOOL_CALLS]", "[TOOL_CALLS] [ARGS]",
    "<｜tool▁calls▁begin｜> ```json", "<｜tool▁calls▁begin｜>", "<|tool_calls_section_begin|>", "<|channel|>", "<|tool_call>call:", "<|START_ACTION|>", "<|tool_list_start|>",
    "func_name1(", ">>>all", "<function=", "<|tool_call|>", "<|tool_call|> <|/tool_call|>", "<minimax:tool_call>", "<function name=\" <param name=\"",
    "｜DSML｜ function_calls",
};

// Bytes, and the markers of a format as tokens.
std::shared_ptr<const sample::TokenTrie> vocabulary(const AnswerFormat& format)
{
    std::vector<std::string> pieces;
    for (int b = 0; b < 256; ++b) pieces.emplace_back(1, static_cast<char>(b));
    for (const std::string& marker : format.markers()) pieces.push_back(marker);
    for (const char* more : {"\"}", "\":", "\", \"", "</", "<|\"|>", "\")"}) pieces.emplace_back(more);
    sample::Vocabulary v;
    v.size = static_cast<sample::Token>(pieces.size());
    v.pieceOf = [&pieces](sample::Token t) { return pieces[static_cast<std::size_t>(t)]; };
    return v.trie();
}

sample::GrammarMatcher matcher(const std::string& gbnf, const std::shared_ptr<const sample::TokenTrie>& tokens)
{
    const auto grammar = sample::Grammar::parse(gbnf, tokens.get());
    if (!grammar) throw std::runtime_error(grammar.error().message + "\n" + gbnf);
    return {*grammar, tokens};
}

struct Call {
    std::string name, arguments;
};

std::vector<Call> callsIn(const AnswerFormat& format, const std::string& text, std::string* rest = nullptr)
{
    AnswerParser parser(format, {.tools = kTools});
    auto deltas = parser.push(text);
    const auto last = parser.finish();
    deltas.insert(deltas.end(), last.begin(), last.end());
    std::vector<Call> calls;
    for (const AnswerDelta& delta : deltas) {
        if (delta.kind != AnswerDelta::Kind::Call) {
            if (rest && delta.kind == AnswerDelta::Kind::Content) *rest += delta.text;
            continue;
        }
        if (delta.call == calls.size()) calls.push_back({delta.name, ""});
        calls[delta.call].arguments += delta.text;
    }
    return calls;
}

// A text that the grammar allows, if one is found soon.
std::string write(sample::GrammarMatcher& matcher, const sample::TokenTrie& tokens, std::mt19937& random)
{
    std::string text;
    for (int step = 0; step < 600; ++step) {
        if (matcher.mayEnd() && random() % 3 == 0) return text;
        std::vector<sample::Token> all, likely;
        const auto& mask = matcher.mask();
        for (sample::Token t = 0; t < tokens.size(); ++t) {
            if ((mask[static_cast<std::size_t>(t) / 64] >> (t % 64) & 1) == 0) continue;
            all.push_back(t);
            if (t >= 256 || std::string_view("\"}])',:=(").contains(static_cast<char>(t))) likely.push_back(t);
        }
        if (all.empty()) return matcher.mayEnd() ? text : "";
        const auto& from = !likely.empty() && random() % 3 != 0 ? likely : all;
        const sample::Token token = from[random() % from.size()];
        if (!matcher.accept(token)) throw std::logic_error("the mask allows what the matcher refuses");
        text += tokens.text(token);
    }
    return "";
}

TEST(CallGrammar, WhatItAllowsIsReadAsCalls)
{
    std::mt19937 random(31);
    for (const char* chatTemplate : kTemplates) {
        const AnswerFormat format = answerFormatOf(chatTemplate);
        const auto tokens = vocabulary(format);
        for (const bool required : {true, false}) {
            const auto grammar = grammarOfCalls(format, kTools, {.required = required});
            ASSERT_TRUE(grammar) << grammar.error().message;
            EXPECT_EQ(required, grammar->triggers.empty() && grammar->triggerPatterns.empty()) << format.family;
            auto matching = matcher(grammar->gbnf, tokens);
            int written = 0;
            for (int i = 0; i < 150 && written < 25; ++i) {
                matching.reset();
                const std::string text = write(matching, *tokens, random);
                if (text.empty()) continue;
                ++written;
                std::string rest;
                // A format whose prompt has begun the call marks the later ones only.
                const auto calls = callsIn(format, format.startsInCall && !required ? text.substr(format.each.size()) : text, &rest);
                ASSERT_GE(calls.size(), 1u) << format.family << ": " << text;
                EXPECT_EQ(rest, "") << format.family << ": " << text;
                for (const Call& call : calls) {
                    EXPECT_TRUE(call.name == "weather" || call.name == "now") << format.family << ": " << text;
                    const Json arguments = Json::parse(call.arguments, nullptr, false);
                    ASSERT_TRUE(arguments.is_object()) << format.family << ": " << text << "\n" << call.arguments;
                    if (call.name != "weather" || format.style == CallStyle::Gemma || format.style == CallStyle::Pythonic) continue;
                    EXPECT_TRUE(arguments.contains("city") && arguments["city"].is_string()) << text;
                    EXPECT_TRUE(arguments.contains("days") && arguments["days"] >= 1 && arguments["days"] <= 14) << text;
                    if (arguments.contains("unit")) {
                        EXPECT_TRUE(arguments["unit"] == "C" || arguments["unit"] == "F") << text;
                    }
                }
            }
            EXPECT_GE(written, 10) << format.family;
        }
    }
}

TEST(CallGrammar, AcceptsWhatModelsWrite)
{
    const std::string arguments = R"({"city": "Paris", "days": 2})";
    const std::pair<const char*, std::string> texts[] = {
        {"<tool_call>", "<tool_call>\n{\"name\": \"weather\", \"arguments\": " + arguments + "}\n</tool_call>\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>"},
        {"<tool_call> <function= <parameter=",
         "<tool_call>\n<function=weather>\n<parameter=city>\nNew\nYork <b>\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=now>\n</function>\n</tool_call>"},
        {"<tool_call> <function= <parameter=", "<function=now>\n</function>\n</tool_call>"},
        {"<tool_call> <arg_key>", "<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>"},
        {"ipython \"parameters\"", "{\"name\": \"weather\", \"parameters\": " + arguments + "}"},
        {"[TOOL_CALLS]", "[TOOL_CALLS][{\"name\": \"weather\", \"arguments\": " + arguments + ", \"id\": \"abcdefghi\"}]"},
        {"[TOOL_CALLS] [ARGS]", "[TOOL_CALLS]weather[ARGS]" + arguments},
        {"<｜tool▁calls▁begin｜> ```json", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n" + arguments + "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"},
        {"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>" + arguments + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>"},
        {"<|tool_calls_section_begin|>",
         "<|tool_calls_section_begin|><|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>" + arguments + "<|tool_call_end|><|tool_calls_section_end|>"},
        {"<|channel|>", "<|channel|>analysis<|message|>I <b>.<|end|><|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>" + arguments},
        {"<|tool_call>call:", "<|tool_call>call:weather{city:<|\"|>Paris<|\"|>,days:2}<tool_call|>"},
        {"<|START_ACTION|>", "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"weather\", \"parameters\": " + arguments + "}\n]<|END_ACTION|>"},
        {"<|tool_list_start|>", "<|tool_call_start|>[weather(city=\"Paris\", days=2), now()]<|tool_call_end|>"},
        {">>>all", "weather\n" + arguments},
        {"<|tool_call|> <|/tool_call|>", "<|tool_call|>[{\"name\":\"weather\",\"arguments\":" + arguments + "},{\"name\":\"now\",\"arguments\":{}}]<|/tool_call|>"},
    };
    for (const auto& [chatTemplate, text] : texts) {
        const AnswerFormat format = answerFormatOf(chatTemplate);
        const auto tokens = vocabulary(format);
        auto all = matcher(grammarOfCalls(format, kTools, {.required = true})->gbnf, tokens);
        EXPECT_TRUE(all.acceptText(text) && all.mayEnd()) << format.family << ": " << text;
        EXPECT_GE(callsIn(format, text).size(), 1u) << format.family;
        all.reset();
        EXPECT_FALSE(all.acceptText("Hello")) << format.family;
    }
}

TEST(CallGrammar, OneCallOnly)
{
    const AnswerFormat format = answerFormatOf("<tool_call>");
    const std::string call = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
    auto one = matcher(grammarOfCalls(format, kTools, {.required = true, .parallel = false})->gbnf, vocabulary(format));
    EXPECT_TRUE(one.acceptText(call) && one.mayEnd());
    EXPECT_FALSE(one.acceptText(call));
}

TEST(CallGrammar, TriggersAndReasoning)
{
    const auto coder = grammarOfCalls(answerFormatOf("<tool_call> <function= <parameter= <think>"), kTools, {.insideReasoning = true});
    EXPECT_THAT(coder->triggers, testing::ElementsAre("<tool_call>", "<function="));
    EXPECT_THAT(coder->freeUntil, testing::ElementsAre("</think>", "<tool_call>", "<function="));
    const auto hermes = grammarOfCalls(answerFormatOf("<tool_call> <think>"), kTools, {.required = true, .insideReasoning = true});
    EXPECT_THAT(hermes->freeUntil, testing::ElementsAre("</think>"));
    EXPECT_TRUE(grammarOfCalls(answerFormatOf("<tool_call> <think>"), kTools, {})->freeUntil.empty());
}

TEST(CallGrammar, Errors)
{
    const auto error = [](const char* chatTemplate, const Json& tools) {
        const auto made = grammarOfCalls(answerFormatOf(chatTemplate), tools, {});
        return made ? std::string("fine") : made.error().message;
    };
    EXPECT_THAT(error("", kTools), HasSubstr("no format of tool calls"));
    EXPECT_THAT(error("<tool_call>", Json::array()), HasSubstr("no tools"));
    EXPECT_THAT(error("<tool_call>", Json::parse("[3]")), HasSubstr("function with a name"));
    EXPECT_THAT(error("<tool_call>", Json::parse(R"([{"function":{"name":"f","parameters":{"type":"strange"}}}])")), HasSubstr("tool 'f': schema, at arguments-f: unknown type"));
    EXPECT_EQ(error("<tool_call>", Json::parse(R"([{"function":{"name":"f"}}])")), "fine");
}

} // namespace
} // namespace corral::text
