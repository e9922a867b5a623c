// Answers of every family, at once and cut anywhere.
#include "core/text/answer_parser.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace corral::text {
namespace {

struct Call {
    std::string name, arguments, id = "";
    bool operator==(const Call&) const = default;
};

struct Answer {
    std::string reasoning, content;
    std::vector<Call> calls;
    bool operator==(const Answer&) const = default;
};
void PrintTo(const Answer& a, std::ostream* out)
{
    *out << "reasoning: '" << a.reasoning << "' content: '" << a.content << "' calls:";
    for (const Call& call : a.calls) *out << " " << call.name << "(" << call.arguments << ") " << call.id << ";";
}

void gather(Answer& answer, const std::vector<AnswerDelta>& deltas)
{
    for (const AnswerDelta& delta : deltas) {
        if (delta.kind == AnswerDelta::Kind::Reasoning) answer.reasoning += delta.text;
        if (delta.kind == AnswerDelta::Kind::Content) answer.content += delta.text;
        if (delta.kind != AnswerDelta::Kind::Call) continue;
        if (delta.call == answer.calls.size()) {
            EXPECT_FALSE(delta.id.empty());
            EXPECT_FALSE(delta.name.empty());
            answer.calls.push_back({delta.name, "", delta.id});
        } else {
            EXPECT_TRUE(delta.id.empty() && delta.name.empty());
        }
        ASSERT_LT(delta.call, answer.calls.size());
        answer.calls[delta.call].arguments += delta.text;
    }
}

AnswerParser::Options withIds(AnswerParser::Options options)
{
    options.newId = [n = 0]() mutable { return "id" + std::to_string(n++); };
    return options;
}

Answer parse(const AnswerFormat& format, const AnswerParser::Options& options, std::string_view text, const std::vector<std::size_t>& cuts = {})
{
    AnswerParser parser(format, withIds(options));
    Answer answer;
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
        gather(answer, parser.push(text.substr(begin, cut - begin)));
        begin = cut;
    }
    gather(answer, parser.push(text.substr(begin)));
    gather(answer, parser.finish());
    EXPECT_EQ(parser.calls(), answer.calls.size());
    return answer;
}

// At once, cut in two everywhere, and byte by byte.
Answer parseAllWays(const AnswerFormat& format, const AnswerParser::Options& options, std::string_view text)
{
    const Answer whole = parse(format, options, text);
    std::vector<std::size_t> every;
    for (std::size_t i = 1; i < text.size(); ++i) {
        EXPECT_EQ(parse(format, options, text, {i}), whole) << "cut at " << i << " in " << text;
        every.push_back(i);
    }
    EXPECT_EQ(parse(format, options, text, every), whole) << text;
    return whole;
}

const Json kTools = Json::parse(R"([{"type":"function","function":{"name":"weather","description":"w","parameters":{"type":"object","properties":
    {"city":{"type":"string","description":"c"},"days":{"type":"integer","description":"d"},"zip":{"type":"string","description":"z"}},"required":["city"]}}},
    {"type":"function","function":{"name":"now","description":"n","parameters":{"type":"object","properties":{}}}}])");

struct Case {
    const char* family;
    const char* chatTemplate; // what is characteristic of it
    std::string text;
    Answer expected;
};

const std::string kCall = R"({"city": "Paris", "days": 2})", kCompact = R"({"city":"Paris","days":2})";

std::vector<Case> cases()
{
    const char* hermes = "<tool_call> <think>";
    const char* coder = "<tool_call> <function= <parameter= <think>";
    const char* glm = "<tool_call> <arg_key> <think>";
    const char* llama = "ipython \"parameters\"";
    const char* mistral = "[TOOL_CALLS]";
    const char* args = "[SYSTEM_PROMPT] [TOOL_CALLS] [ARGS] [THINK]";
    const char* r1 = "<｜tool▁calls▁begin｜> ```json <think>";
    const char* v31 = "<｜tool▁calls▁begin｜> </think>";
    const char* oss = "<|channel|>";
    const char* gemma = "<|tool_call>call: <|channel>thought";
    const char* command = "<|START_ACTION|> <|START_THINKING|>";
    const char* lfm = "<|tool_list_start|>";
    const char* functionary = ">>>all";
    return {
        {"hermes", hermes, "Hello.", {"", "Hello.", {}}},
        {"hermes", hermes, "<think>\nHm,  é\n</think>\n\nYes.\n", {"Hm,  é", "Yes.\n", {}}},
        {"hermes", hermes, "<think>\nno end", {"no end", "", {}}},
        {"hermes", hermes, "a <think> b", {"", "a <think> b", {}}},
        {"hermes", hermes, "<tool_call>\n{\"name\": \"weather\", \"arguments\": " + kCall + "}\n</tool_call>", {"", "", {{"weather", kCall, "id0"}}}},
        {"hermes", hermes,
         "<think>x</think>Let me see.\n\n<tool_call>\n{\"name\": \"weather\", \"arguments\": " + kCall + "}\n</tool_call>\n<tool_call>{\"name\":\"now\",\"arguments\":{}}</tool_call>\nDone",
         {"x", "Let me see.Done", {{"weather", kCall, "id0"}, {"now", "{}", "id1"}}}},
        {"hermes", hermes, "<tool_call>{\"arguments\": {\"a\": \"}]\\\"{\"}, \"name\": \"f\", \"x\": [1,{}]}</tool_call>", {"", "", {{"f", "{\"a\": \"}]\\\"{\"}", "id0"}}}},
        {"hermes", hermes, "<tool_call>{\"name\": \"now\"}</tool_call>", {"", "", {{"now", "{}", "id0"}}}},
        {"hermes", hermes, "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>", {"", "", {{"f", "{\"a\": 1}", "id0"}}}},
        {"hermes", hermes, "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1, \"b\": \"cut", {"", "", {{"f", "{\"a\": 1, \"b\": \"cut", "id0"}}}},
        {"hermes", hermes, "<tool_call>not a call</tool_call> more", {"", "<tool_call>not a call</tool_call> more", {}}},
        {"hermes", hermes, "<tool_call>\n{\"name\": }", {"", "<tool_call>\n{\"name\": }", {}}},
        {"hermes", hermes, "<tool_call>{\"name\":\"now\",\"arguments\":{}}</tool_call><tool_call>oh", {"", "<tool_call>oh", {{"now", "{}", "id0"}}}},
        {"hermes", hermes, "<tool_call>", {"", "<tool_call>", {}}},
        {"hermes", hermes, "1 <tool_ca", {"", "1 <tool_ca", {}}},
        {"qwen3-coder", coder,
         "<think>x<tool_call>\n<function=weather>\n<parameter=city>\nNew\nYork\n</parameter>\n<parameter=days>\n2\n</parameter>\n<parameter=zip>\n10001\n</parameter>\n</function>\n</tool_call>",
         {"x", "", {{"weather", R"({"city":"New\nYork","days":2,"zip":"10001"})", "id0"}}}},
        {"qwen3-coder", coder, "Ok.\n<function=now>\n</function>\n</tool_call>\n<tool_call>\n<function=f>\n<parameter=l>\n[1, {\"a\": null}]\n</parameter>\n</function>\n</tool_call>",
         {"", "Ok.", {{"now", "{}", "id0"}, {"f", R"({"l":[1,{"a":null}]})", "id1"}}}},
        {"qwen3-coder", coder, "<tool_call>\n<function=weather>\nwhat\n</function>", {"", "<tool_call>\n<function=weather>\nwhat\n</function>", {}}},
        {"glm", glm, "\n<think>a</think>\nHi\n<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>\n<tool_call>now</tool_call>",
         {"a", "Hi", {{"weather", kCompact, "id0"}, {"now", "{}", "id1"}}}},
        {"llama3", llama, "{\"name\": \"weather\", \"parameters\": " + kCall + "}", {"", "", {{"weather", kCall, "id0"}}}},
        {"llama3", llama, "<|python_tag|>{\"type\": \"function\", \"name\": \"now\", \"parameters\": {}}", {"", "", {{"now", "{}", "id0"}}}},
        {"llama3", llama, "{\"name\": \"unknown\", \"parameters\": {}}", {"", "{\"name\": \"unknown\", \"parameters\": {}}", {}}},
        {"llama3", llama, "{\"a\": 1}", {"", "{\"a\": 1}", {}}},
        {"llama3", llama, "Use {\"name\": \"now\", \"parameters\": {}}", {"", "Use {\"name\": \"now\", \"parameters\": {}}", {}}},
        {"mistral", mistral, "[TOOL_CALLS][{\"name\": \"weather\", \"arguments\": " + kCall + ", \"id\": \"abcdefghi\"}, {\"name\": \"now\", \"arguments\": {}}]",
         {"", "", {{"weather", kCall, "abcdefghi"}, {"now", "{}", "id0"}}}},
        {"mistral", mistral, "[TOOL_CALLS] oh no", {"", "[TOOL_CALLS] oh no", {}}},
        {"mistral-args", args, "[THINK]hm[/THINK]Text[TOOL_CALLS]weather[ARGS]" + kCall + "[TOOL_CALLS]now[CALL_ID]123456789[ARGS]{}",
         {"hm", "Text", {{"weather", kCall, "id0"}, {"now", "{}", "123456789"}}}},
        {"deepseek-r1", r1,
         "<think>\nr\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n" + kCall +
             "\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
         {"r", "", {{"weather", kCall, "id0"}, {"now", "{}", "id1"}}}},
        {"deepseek-v3.1", v31, "Hi<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>" + kCall + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
         {"", "Hi", {{"weather", kCall, "id0"}}}},
        {"kimi-k2", "<|tool_calls_section_begin|>",
         "A<|tool_calls_section_begin|><|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>" + kCall + "<|tool_call_end|><|tool_calls_section_end|>",
         {"", "A", {{"weather", kCall, "functions.weather:0"}}}},
        {"gpt-oss", oss,
         "<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>commentary "
         "to=functions.weather <|constrain|>json<|message|>" + kCall + "<|call|>",
         {"Think.", "I look.", {{"weather", kCall, "id0"}}}},
        {"gpt-oss", oss, "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Yes <b>|<|return|>", {"Hm", "Yes <b>|", {}}},
        {"gpt-oss", oss, " to=functions.now<|channel|>commentary json<|message|>{}", {"", "", {{"now", "{}", "id0"}}}},
        {"gpt-oss", oss, "plain text", {"", "plain text", {}}},
        {"gemma4", gemma, "<|channel>thought\nhm\n<channel|>Sure.<|tool_call>call:weather{city:<|\"|>Pa}r,is<|\"|>,days:2,o:{l:[1,<|\"|>x<|\"|>,true],n:null}}<tool_call|>",
         {"hm", "Sure.", {{"weather", R"({"city":"Pa}r,is","days":2,"o":{"l":[1,"x",true],"n":null}})", "id0"}}}},
        {"gemma4", gemma, "<|channel>thought\n<channel|>Hi<|tool_call>call:now{}<tool_call|>", {"", "Hi", {{"now", "{}", "id0"}}}},
        {"gemma4", gemma, "<|tool_call>call:now{a<tool_call|>", {"", "<|tool_call>call:now{a<tool_call|>", {}}},
        {"command-r", command,
         "<|START_THINKING|>I see.<|END_THINKING|><|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"weather\", \"parameters\": " + kCall + "},\n    {\"tool_call_id\": \"1\", \"tool_name\": \"now\", \"parameters\": {}}\n]<|END_ACTION|>",
         {"I see.", "", {{"weather", kCall, "0"}, {"now", "{}", "1"}}}},
        {"command-r", command, "<|START_RESPONSE|>Hello<|END_RESPONSE|>", {"", "Hello", {}}},
        {"lfm2", lfm, "<|tool_call_start|>[weather(city=\"Par\\\"is\", days=2), f(a='x', b=[1, True, None], c={'k': -1.5})]<|tool_call_end|>Checking.",
         {"", "Checking.", {{"weather", R"({"city":"Par\"is","days":2})", "id0"}, {"f", R"({"a":"x","b":[1,true,null],"c":{"k":-1.5}})", "id1"}}}},
        {"llama4", "func_name1(", "[weather(city=\"Paris\", days=2)]", {"", "", {{"weather", kCompact, "id0"}}}},
        {"llama4", "func_name1(", "[1] is a list", {"", "[1] is a list", {}}},
        {"functionary-v3.2", functionary, "all\nHello\n>>>weather\n" + kCall, {"", "Hello", {{"weather", kCall, "id0"}}}},
        {"functionary-v3.2", functionary, "weather\n" + kCall + "\n>>>now\n{}", {"", "", {{"weather", kCall, "id0"}, {"now", "{}", "id1"}}}},
        {"function-tag", "<function=", "So <function=weather>" + kCall + "</function>", {"", "So", {{"weather", kCall, "id0"}}}},
        {"granite", "<|tool_call|> <think> <response>", "<think>t</think><response>Fine.</response>", {"t", "Fine.", {}}},
        {"granite", "<|tool_call|>", "<|tool_call|>[{\"name\": \"weather\", \"arguments\": " + kCall + "}]", {"", "", {{"weather", kCall, "id0"}}}},
        {"granite", "<|tool_call|>", "<tool_call>{\"name\": \"weather\", \"arguments\": " + kCall + "}</tool_call>", {"", "", {{"weather", kCall, "id0"}}}},
        {"phi4-mini", "<|tool_call|> <|/tool_call|>", "<|tool_call|>[{\"name\":\"weather\",\"arguments\":" + kCall + "},{\"name\":\"now\",\"arguments\":{}}]<|/tool_call|>",
         {"", "", {{"weather", kCall, "id0"}, {"now", "{}", "id1"}}}},
        {"minimax-m2", "<minimax:tool_call> <think>",
         "<think>a</think><minimax:tool_call>\n<invoke name=\"weather\">\n<parameter name=\"city\">Paris</parameter>\n<parameter name=\"days\">2</parameter>\n</invoke>\n</minimax:tool_call>",
         {"a", "", {{"weather", kCompact, "id0"}}}},
        {"minicpm5", "<function name=\" <param name=\"", "<function name=\"weather\"><param name=\"city\"><![CDATA[Paris]]></param><param name=\"days\">2</param></function>",
         {"", "", {{"weather", kCompact, "id0"}}}},
        {"deepseek-dsml", "｜DSML｜ function_calls <think>",
         "<think>a</think>Ok.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"weather\">\n<｜DSML｜parameter name=\"city\" string=\"true\">Par\nis</｜DSML｜parameter>\n"
         "<｜DSML｜parameter name=\"days\" string=\"false\">2</｜DSML｜parameter>\n<｜DSML｜parameter name=\"zip\" string=\"true\">10001</｜DSML｜parameter>\n</｜DSML｜invoke>\n"
         "<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"l\" string=\"false\">[1, {\"a\": null}]</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>",
         {"a", "Ok.", {{"weather", R"({"city":"Par\nis","days":2,"zip":"10001"})", "id0"}, {"f", R"({"l":[1,{"a":null}]})", "id1"}}}},
        {"deepseek-dsml", "｜DSML｜ <think>", "<think>a<｜DSML｜tool_calls><｜DSML｜invoke name=\"now\"></｜DSML｜invoke></｜DSML｜tool_calls>", {"a", "", {{"now", "{}", "id0"}}}},
        {"deepseek-dsml", "｜DSML｜ <think>", "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"a\" string=\"maybe\">",
         {"", "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"a\" string=\"maybe\">", {}}},
        {"plain", "", "<tool_call>{\"name\":\"now\"}</tool_call>", {"", "<tool_call>{\"name\":\"now\"}</tool_call>", {}}},
    };
}

TEST(AnswerParser, EveryFamilyHoweverItIsCut)
{
    for (const Case& c : cases()) {
        const AnswerFormat format = answerFormatOf(c.chatTemplate);
        EXPECT_EQ(format.family, c.family);
        EXPECT_EQ(parseAllWays(format, {.tools = kTools}, c.text), c.expected) << c.family << ": " << c.text;
    }
}

TEST(AnswerParser, ReasoningFormats)
{
    const AnswerFormat format = answerFormatOf("<think> <tool_call>");
    const std::string text = "<think>\na\n</think>\n\nb";
    EXPECT_EQ(parseAllWays(format, {.reasoning = ReasoningFormat::None}, text), (Answer{"", text, {}}));
    EXPECT_EQ(parseAllWays(format, {.reasoning = ReasoningFormat::Both}, text), (Answer{"a", text, {}}));
    EXPECT_EQ(parseAllWays(format, {.insideReasoning = true}, "a\n</think>\n\nb"), (Answer{"a", "b", {}}));
    EXPECT_EQ(parseAllWays(format, {.insideReasoning = true}, "a</thi"), (Answer{"a</thi", "", {}}));
    EXPECT_TRUE(opensReasoning(format, "<|im_start|>assistant\n<think>\n"));
    EXPECT_FALSE(opensReasoning(format, "<|im_start|>assistant\n<think>\n\n</think>\n\n"));
    EXPECT_FALSE(opensReasoning(format, ""));
    const AnswerFormat oss = answerFormatOf("<|channel|>");
    const std::string channels = "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b";
    EXPECT_EQ(parseAllWays(oss, {.reasoning = ReasoningFormat::None}, channels), (Answer{"", "<|channel|>analysis<|message|>a<|end|>b", {}}));
}

TEST(AnswerParser, ToolChoiceNoneAndOneCallOnly)
{
    const AnswerFormat format = answerFormatOf("<tool_call>");
    const std::string two = "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call><tool_call>{\"name\":\"b\",\"arguments\":{\"x\":1}}</tool_call>";
    EXPECT_EQ(parseAllWays(format, {.findCalls = false}, two), (Answer{"", two, {}}));
    EXPECT_EQ(parseAllWays(format, {.parallelCalls = false}, two), (Answer{"", "", {{"a", "{}", "id0"}}}));
}

TEST(AnswerParser, ArgumentsGoOutAsTheyCome)
{
    AnswerParser parser(answerFormatOf("<tool_call>"), withIds({}));
    EXPECT_TRUE(parser.push("<tool_call>{\"name\": \"f\", \"argum").empty());
    auto deltas = parser.push("ents\": {\"a\": \"lo");
    ASSERT_EQ(deltas.size(), 1u);
    EXPECT_EQ(deltas[0].name, "f");
    EXPECT_EQ(deltas[0].text, "{\"a\": \"lo");
    deltas = parser.push("ng");
    ASSERT_EQ(deltas.size(), 1u);
    EXPECT_EQ(deltas[0].text, "ng");
    EXPECT_TRUE(deltas[0].name.empty());
}

TEST(AnswerParser, IdsAreRandom)
{
    AnswerParser parser(answerFormatOf("<tool_call>"), {});
    const auto deltas = parser.push("<tool_call>{\"name\":\"a\"}</tool_call><tool_call>{\"name\":\"b\"}</tool_call>");
    ASSERT_GE(deltas.size(), 2u);
    EXPECT_EQ(deltas.front().id.size(), 32u);
    EXPECT_NE(deltas.front().id, deltas.back().id);
}

// Pieces of all formats in any order: no crash, and cutting changes nothing.
TEST(AnswerParser, RandomAnswersDoNotDependOnTheCuts)
{
    std::mt19937 random(23);
    const auto all = cases();
    for (int i = 0; i < 4000; ++i) {
        const Case& family = all[random() % all.size()];
        const AnswerFormat format = answerFormatOf(family.chatTemplate);
        std::vector<std::string> parts = format.markers();
        for (const char* part : {"{", "}", "[", "]", "\"", "\"name\"", ":", ",", "now", "weather", "\n", " ", "\"arguments\": {", "a=1", "(", ")", "text", "é", "\\"})
            parts.emplace_back(part);
        std::string text;
        for (auto n = random() % 14; n > 0; --n) text += random() % 6 == 0 ? all[random() % all.size()].text.substr(0, random() % 60) : parts[random() % parts.size()];
        const Answer whole = parse(format, {.tools = kTools}, text);
        std::vector<std::size_t> cuts;
        for (std::size_t at = 1; at < text.size(); ++at)
            if (random() % 3 == 0) cuts.push_back(at);
        ASSERT_EQ(parse(format, {.tools = kTools}, text, cuts), whole) << format.family << ": " << text;
    }
}

TEST(AnswerParser, DeepAndLongAnswers)
{
    for (const Case& c : cases()) {
        const AnswerFormat format = answerFormatOf(c.chatTemplate);
        for (const char* opening : {"[", "{\"a\":", "{a:", "f(", "(a=["}) {
            std::string text = format.open + format.each + "weather" + format.nameEnd + format.paramOpen + "x" + format.paramMid + format.valueOpen;
            for (int i = 0; i < 20'000; ++i) text += opening;
            text += format.paramClose + format.callClose + format.close;
            parse(format, {}, text);
        }
    }
}

// Reading a call anew with each of its pieces would take minutes.
TEST(AnswerParser, LongCallsInSmallPieces)
{
    const std::string value(1 << 19, 'x');
    const std::pair<const char*, std::string> calls[] = {
        {"<tool_call> <function= <parameter=", "<function=weather>\n<parameter=city>\n" + value + "\n</parameter>\n</function>\n</tool_call>"},
        {"<|tool_call>call:", "<|tool_call>call:weather{city:<|\"|>" + value + "<|\"|>}<tool_call|>"},
        {"[TOOL_CALLS]", "[TOOL_CALLS][{\"name\": \"weather\", \"arguments\": {\"city\": \"" + value + "\"}, \"id\": \"abcdefghi\"}]"},
        {"<tool_call>", "<tool_call>{\"name\": \"weather\", \"arguments\": {\"city\": \"" + value + "\"}, \"more\": \"" + value + "\"}</tool_call>"},
        {"<tool_call>", "<tool_call>{\"name\": \"weather\", \"arguments\": \"{\\\"city\\\":\\\"" + value + "\\\"}\"}</tool_call>"},
        {"<|tool_list_start|>", "<|tool_call_start|>[weather(city=\"" + value + "\")]<|tool_call_end|>"},
    };
    for (const auto& [chatTemplate, text] : calls) {
        const AnswerFormat format = answerFormatOf(chatTemplate);
        std::vector<std::size_t> cuts;
        for (std::size_t at = 4; at < text.size(); at += 4) cuts.push_back(at);
        const auto begin = std::chrono::steady_clock::now();
        const Answer answer = parse(format, {.tools = kTools}, text, cuts);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << format.family;
        ASSERT_EQ(answer.calls.size(), 1u) << format.family;
        EXPECT_EQ(Json::parse(answer.calls[0].arguments, nullptr, false)["city"], value) << format.family;
    }
}

// What a template makes of a call is what its model writes: it is read back.
TEST(AnswerParser, ReadsWhatTemplatesWrite)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    const std::pair<const char*, const char*> files[] = {
        {"Qwen2.5-7B-Instruct", "hermes"}, {"Qwen3-0.6B", "hermes"}, {"DeepSeek-R1-Distill-Llama-8B", "deepseek-r1"}, {"DeepSeek-V3.1", "deepseek-v3.1"},
        {"GLM-4.6", "glm"}, {"Kimi-K2-Instruct", "kimi-k2"}, {"Llama-3.1-8B-Instruct", "llama3"}, {"Llama-3.2-3B-Instruct", "llama3"},
        {"Mistral-Nemo-Instruct-2407", "mistral"}, {"gemma-4-31B-it", "gemma4"}, {"gpt-oss-120b", "gpt-oss"}, {"Hermes-2-Pro-Llama-3-8B-tool_use", "hermes"}};
    for (const auto& [name, family] : files) {
        const auto file = test::readJson(test::sharedPath(std::string("golden/templates/") + name + ".json"));
        const std::string source = file["template_text"];
        const AnswerFormat format = answerFormatOf(source);
        EXPECT_EQ(format.family, family) << name;
        const auto chat = ChatTemplate::parse(source, {.bosToken = "<s>", .eosToken = "</s>"});
        ASSERT_TRUE(chat) << name;
        const Json user = {{"role", "user"}, {"content", "Weather?"}};
        Json call = {{"id", "call12345"}, {"type", "function"}, {"function", {{"name", "weather"}, {"arguments", {{"city", "Paris"}, {"days", 2}}}}}};
        Json assistant = {{"role", "assistant"}, {"content", ""}, {"tool_calls", {call}}};
        if (format.family == "deepseek-r1") { // its template looks for calls only without content, and wants their arguments as text
            assistant["content"] = nullptr;
            assistant["tool_calls"][0]["function"]["arguments"] = call["function"]["arguments"].dump();
        }
        const auto before = chat->render({.messages = Json::array({user}), .tools = kTools, .addGenerationPrompt = true, .now = 0});
        const auto after = chat->render({.messages = Json::array({user, assistant}), .tools = kTools, .addGenerationPrompt = false, .now = 0});
        if (!before || !after) {
            ADD_FAILURE() << name << ": " << (before ? after.error().message : before.error().message);
            continue;
        }
        auto common = static_cast<std::size_t>(std::ranges::mismatch(*before, *after).in1 - before->begin());
        if (common < before->size() && common > 2 && after->substr(common - 2, 2) == "<|") common -= 2; // two markers that begin alike
        std::string written = after->substr(common);
        const Answer answer = parseAllWays(format, {.tools = kTools}, written);
        ASSERT_EQ(answer.calls.size(), 1u) << name << ": " << written;
        EXPECT_EQ(answer.calls[0].name, "weather") << name;
        EXPECT_EQ(Json::parse(answer.calls[0].arguments, nullptr, false), call["function"]["arguments"]) << name << ": " << answer.calls[0].arguments;
    }
}

} // namespace
} // namespace corral::text
