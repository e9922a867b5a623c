// Schemas as grammars: which texts they let through.
#include "core/sample/grammar/grammar_matcher.h"
#include "core/sample/sampler.h"
#include "core/text/digit_range.h"
#include "core/text/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace corral::text {
namespace {

using testing::HasSubstr;

std::shared_ptr<const sample::TokenTrie> bytes()
{
    static const auto trie = [] {
        sample::Vocabulary v;
        v.size = 256;
        v.pieceOf = [](sample::Token t) { return std::string(1, static_cast<char>(t)); };
        return v.trie();
    }();
    return trie;
}

// A grammar that many texts are tried against.
class Checker {
public:
    explicit Checker(const std::string& gbnf)
    {
        auto grammar = sample::Grammar::parse(gbnf);
        if (!grammar) throw std::runtime_error(grammar.error().message + "\n" + gbnf);
        m_matcher = std::make_unique<sample::GrammarMatcher>(*grammar, bytes());
    }
    bool accepts(std::string_view text)
    {
        m_matcher->reset();
        return m_matcher->acceptText(text) && m_matcher->mayEnd();
    }

private:
    std::unique_ptr<sample::GrammarMatcher> m_matcher;
};

Checker schema(const char* text)
{
    auto gbnf = grammarOfSchema(Json::parse(text));
    if (!gbnf) throw std::runtime_error(gbnf.error().message);
    return Checker(*gbnf);
}

std::string errorOf(const Json& s)
{
    const auto gbnf = grammarOfSchema(s);
    if (!gbnf) return gbnf.error().message;
    const auto grammar = sample::Grammar::parse(*gbnf);
    return grammar ? "fine" : grammar.error().message;
}
std::string errorOf(const char* text) { return errorOf(Json::parse(text)); }

struct Case {
    const char* schema;
    std::vector<const char*> yes, no;
};

TEST(JsonSchema, AcceptsAndRefuses)
{
    const Case cases[] = {
        {R"({})", {"1", "\"a\"", "null", "[1, {\"a\":2}]", "-1.5e3"}, {"", "nul", "01", "{a:1}", "[1,]", "'a'", "1 2"}},
        {R"(true)", {"[]"}, {"]"}},
        {R"({"type":"object"})", {"{}", "{ \"a\": [1,2], \"b\" : {}}", "{\n  \"a\": 1\n}"}, {"[]", "{\"a\"}", "{\"a\":1,}"}},
        {R"({"type":"string"})", {R"("")", R"("a\n\u00e9 é 日本")", R"("\ud83d\uDE00\ud7ff")"}, {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", "a", "\"a", "\"\n\"", R"("\q")", R"("\u00g0")"}},
        {R"({"type":"boolean"})", {"true", "false"}, {"True", "0"}},
        {R"({"type":["string","null"]})", {"\"x\"", "null"}, {"1"}},
        {R"({"const":{"a":[1,"x"]}})", {R"({"a":[1,"x"]})"}, {R"({"a":[1]})"}},
        {R"({"enum":["red","gr\"een",3,null]})", {"\"red\"", R"("gr\"een")", "3", "null"}, {"\"blue\"", "red"}},
        {R"({"anyOf":[{"type":"integer"},{"type":"boolean"}]})", {"12", "-3", "true"}, {"1.5", "\"1\""}},
        {R"({"oneOf":[{"const":1},{"const":2}]})", {"1", "2"}, {"3"}},
        {R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"]})",
         {R"({"name":"A","age":3})", R"({ "name" : "A" , "age" : 3 })"},
         {R"({"age":3,"name":"A"})", R"({"name":"A"})", R"({"name":"A","age":3,"x":1})", R"({"name":"A","age":"3"})", "{}"}},
        {R"({"properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}},"required":["b"]})",
         {R"({"b":null})", R"({"b":null,"a":null})", R"({"b":null,"a":null,"c":null})", R"({"b":null,"c":null})"},
         {"{}", R"({"a":null})", R"({"b":null,"c":null,"a":null})", R"({"b":null,"b":null})"}},
        {R"({"properties":{"a":{"type":"null"},"b":{"type":"null"}}})", {"{}", "{ }", R"({"a":null})", R"({"b":null})", R"({"a":null,"b":null})"},
         {R"({"b":null,"a":null})", R"({,"a":null})", R"({"c":null})"}},
        {R"({"type":"object","additionalProperties":{"type":"integer"}})", {"{}", R"({"x":1,"y":-2})"}, {R"({"x":"1"})"}},
        {R"({"type":"object","additionalProperties":false})", {"{}"}, {R"({"x":1})"}},
        {R"({"properties":{"ab":{"type":"null"},"ac":{"type":"null"},"a":{"type":"null"}},"required":["ab"],"additionalProperties":{"type":"integer"}})",
         {R"({"ab":null})", R"({"ab":null,"ac":null,"a":null,"ad":1,"b":2,"":3,"abc":4})", R"({"ab":null,"x":1})"},
         {R"({"ab":null,"ab":1})", R"({"ab":null,"a":1})", R"({"ab":null,"ac":1})", R"({"ab":null,"x":null})", R"({"ab":null,"\u0061c":1})"}},
        {R"({"properties":{"é\"x":{"type":"null"}},"additionalProperties":true})", {R"({"é\"x":null,"é":1,"è":[]})", R"({"q":1})"}, {R"({"é\"x":1})"}},
        {R"({"type":"array","items":{"type":"integer"}})", {"[]", "[1]", "[ 1 , 2,3 ]"}, {"[1,]", "[\"a\"]", "[1"}},
        {R"({"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3})", {"[1,2]", "[1,2,3]"}, {"[]", "[1]", "[1,2,3,4]"}},
        {R"({"type":"array","maxItems":0})", {"[]"}, {"[1]"}},
        {R"({"type":"array","minItems":1})", {"[1]", "[null,true]"}, {"[]"}},
        {R"({"prefixItems":[{"type":"integer"},{"type":"string"}]})", {R"([1,"a"])"}, {"[1]", R"([1,"a",2])"}},
        {R"({"items":[{"type":"null"}]})", {"[null]"}, {"[]"}},
        {R"({"type":"string","minLength":2,"maxLength":3})", {"\"ab\"", "\"日本語\"", R"("\n\n")"}, {"\"a\"", "\"abcd\""}},
        {R"({"type":"string","pattern":"^[a-c]+(x|yz)?\\d{2,3}$"})", {"\"ab12\"", "\"cyz123\""}, {"\"ab1\"", "\"d12\"", "\"ab1234\"", "ab12"}},
        {R"({"type":"string","pattern":"^\\(?\"?[^\"a]\\s.$"})", {R"("(\"b\tz")", R"("b é")"}, {R"("a z")", R"("(b")"}},
        {R"({"type":"string","pattern":"^(?:a|b)*?\\.\\u0041$"})", {"\"abab.A\"", "\".A\""}, {"\"abxA\""}},
        {R"({"type":"string","pattern":"abc"})", {"\"anything\""}, {"1"}},
        {R"({"type":"string","pattern":"^(?=a)b$"})", {"\"anything\""}, {"1"}},
        {R"({"type":"string","format":"date"})", {"\"2026-11-23\""}, {"\"2026-13-01\"", "\"2026-1-1\"", "\"x\""}},
        {R"({"type":"string","format":"date-time"})", {"\"2026-11-23T13:05:00Z\"", "\"2026-11-23T13:05:00.123+02:00\""}, {"\"2026-11-23\""}},
        {R"({"type":"string","format":"uuid"})", {"\"123e4567-e89b-12d3-a456-426614174000\""}, {"\"123e4567\""}},
        {R"({"type":"string","format":"email"})", {"\"whatever\""}, {"1"}},
        {R"({"type":"integer","minimum":5,"maximum":117})", {"5", "9", "10", "99", "100", "117"}, {"4", "118", "05", "1170", "-5", "5.0"}},
        {R"({"type":"integer","exclusiveMinimum":-3,"exclusiveMaximum":3})", {"-2", "-1", "0", "1", "2"}, {"-3", "3", "-0"}},
        {R"({"type":"integer","minimum":1})", {"1", "9007199254740993"}, {"0", "-1", "99999999999999999"}},
        {R"({"type":"number"})", {"0", "-1.25", "1e5", "3.0E-2"}, {".5", "1.", "+1"}},
        {R"({"allOf":[{"properties":{"a":{"type":"null"}},"required":["a"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"properties":{"b":{"type":"integer"}}}}})",
         {R"({"a":null})", R"({"a":null,"b":1})"}, {R"({"b":1})", R"({"a":null,"b":"x"})"}},
        {R"({"allOf":[{"enum":["a","b"]},{"enum":["b","c"]}]})", {"\"b\""}, {"\"a\"", "\"c\""}},
        {R"({"allOf":[{"type":"string"},{"minLength":2}]})", {"\"ab\""}, {"\"a\"", "1"}},
        {R"({"allOf":[{"properties":{"a":{"type":"null"}},"required":["a"]},{"anyOf":[{"properties":{"b":{"type":"null"}},"required":["b"]}]}]})",
         {R"({"a":null})", R"({"a":null,"b":null})"}, {R"({"b":null})"}},
        {R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["v","next"]}}})",
         {R"({"v":1,"next":null})", R"({"v":1,"next":{"v":2,"next":{"v":3,"next":null}}})"}, {R"({"v":1})", R"({"v":1,"next":{"v":2}})"}},
        {R"({"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#"}}}})", {"{}", R"({"kids":[{},{"kids":[]}]})"}, {R"({"kids":[1]})"}},
        {R"({"$ref":"#/definitions/a~1b","definitions":{"a/b":{"const":7}}})", {"7"}, {"8"}},
    };
    for (const Case& c : cases) {
        Checker checker = schema(c.schema);
        for (const char* text : c.yes) EXPECT_TRUE(checker.accepts(text)) << c.schema << " should accept " << text;
        for (const char* text : c.no) EXPECT_FALSE(checker.accepts(text)) << c.schema << " should refuse " << text;
    }
}

TEST(JsonSchema, ErrorsSayWhere)
{
    EXPECT_THAT(errorOf(R"({"$ref":"http://x/y"})"), HasSubstr("not into the same schema"));
    EXPECT_THAT(errorOf(R"({"properties":{"a":{"$ref":"#/nowhere"}}})"), HasSubstr("schema, at schema-a: '$ref' #/nowhere leads nowhere"));
    EXPECT_THAT(errorOf(R"({"type":"strange"})"), HasSubstr("unknown type 'strange'"));
    EXPECT_THAT(errorOf(R"({"type":3})"), HasSubstr("'type'"));
    EXPECT_THAT(errorOf(R"(3)"), HasSubstr("expected an object"));
    EXPECT_THAT(errorOf(R"({"enum":[]})"), HasSubstr("'enum'"));
    EXPECT_THAT(errorOf(R"({"type":"string","pattern":"^(a$"})"), HasSubstr("never closed"));
    EXPECT_THAT(errorOf(R"({"type":"string","pattern":"^[z-a]$"})"), HasSubstr("wrong way round"));
    EXPECT_THAT(errorOf(R"({"type":"string","pattern":"^a)$"})"), HasSubstr("')' without '('"));
    EXPECT_THAT(errorOf(R"({"type":"array","items":{},"minItems":-1})"), HasSubstr("'minItems'"));
    EXPECT_THAT(errorOf(R"({"type":"array","items":{},"minItems":1e300})"), HasSubstr("repetitions"));
    EXPECT_THAT(errorOf(R"({"type":"integer","minimum":5,"maximum":4})"), HasSubstr("between its bounds"));
    EXPECT_THAT(errorOf(R"({"type":"integer","minimum":1e300})"), HasSubstr("between its bounds"));
    EXPECT_THAT(errorOf(R"({"anyOf":3})"), HasSubstr("list of schemas"));
    EXPECT_THAT(errorOf(R"({"$ref":"#"})"), HasSubstr("left recursion"));
    EXPECT_THAT(errorOf(R"({"allOf":[{"$ref":"#/a"}],"a":{"$ref":"#/a"}})"), HasSubstr("circle"));
    EXPECT_THAT(errorOf(R"({"allOf":[{"$ref":"#"}]})"), HasSubstr("deep"));
}

TEST(JsonSchema, HostileOnesAreBounded)
{
    Json deep = Json::object();
    for (int i = 0; i < 500; ++i) deep = {{"type", "array"}, {"items", deep}};
    EXPECT_THAT(errorOf(deep), HasSubstr("deep"));
    Json wide = {{"type", "object"}, {"properties", Json::object()}};
    for (int i = 0; i < 30'000; ++i) wide["properties"]["p" + std::to_string(i)] = true;
    EXPECT_THAT(errorOf(wide), HasSubstr("too large"));
    Json doubling = Json::parse(R"({"type":["array","array"],"items":{}})");
    for (int i = 0; i < 25; ++i) doubling = {{"type", {"array", "array", "array", "array"}}, {"items", doubling}};
    EXPECT_THAT(errorOf(doubling), HasSubstr("too large"));
    Json hundreds = {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", true}};
    for (int i = 0; i < 300; ++i) hundreds["properties"]["property_" + std::to_string(i * 7919)] = {{"type", "string"}};
    EXPECT_EQ(errorOf(hundreds), "fine");
}

TEST(JsonSchema, RangesOfIntegers)
{
    std::mt19937_64 random(4);
    for (int i = 0; i < 60; ++i) {
        const auto pick = [&] { return static_cast<std::int64_t>(random() % (i % 2 == 0 ? 300 : 20'000)) - (i % 3 == 0 ? 150 : 10); };
        std::int64_t a = pick(), b = pick();
        if (a > b) std::swap(a, b);
        Checker checker("root ::= " + grammarOfRange(a, b));
        for (const std::int64_t c : {a - 1, a, a + 1, b - 1, b, b + 1, pick(), pick(), pick(), pick()})
            EXPECT_EQ(checker.accepts(std::to_string(c)), a <= c && c <= b) << a << "…" << b << ": " << c;
        EXPECT_FALSE(checker.accepts("-0"));
        EXPECT_FALSE(checker.accepts("00"));
        EXPECT_FALSE(checker.accepts(""));
    }
}

// An instance of a schema, made at random.
Json instance(const Json& s, std::mt19937& random)
{
    const std::string type = s.value("type", "null");
    if (type == "object") {
        Json out = Json::object();
        for (const bool isRequired : {true, false})
            for (const auto& [name, inner] : s["properties"].items()) {
                const bool asked = std::ranges::find(s["required"], Json(name)) != s["required"].end();
                if (asked == isRequired && (asked || random() % 2 == 0)) out[name] = instance(inner, random);
            }
        return out;
    }
    if (type == "array") {
        Json out = Json::array();
        for (auto n = random() % 4; n > 0; --n) out.push_back(instance(s["items"], random));
        return out;
    }
    if (type == "string") {
        std::string text;
        for (auto n = random() % 6; n > 0; --n) text += std::vector<const char*>{"a", "\"", "\\", "\n", "é", "日", "\x01", "/"}[random() % 8];
        return text;
    }
    if (type == "integer") return static_cast<int>(random() % 2000) - 1000;
    if (type == "boolean") return random() % 2 == 0;
    return nullptr;
}

Json randomSchema(std::mt19937& random, int depth)
{
    const auto kind = random() % (depth > 0 ? 6 : 4);
    if (kind < 4) return {{"type", std::vector<const char*>{"string", "integer", "boolean", "null"}[kind]}};
    if (kind == 4) return {{"type", "array"}, {"items", randomSchema(random, depth - 1)}};
    Json out = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
    for (auto n = random() % 5; n > 0; --n) {
        const std::string name = "k" + std::to_string(random() % 20);
        out["properties"][name] = randomSchema(random, depth - 1);
        if (random() % 2 == 0) out["required"].push_back(name);
    }
    return out;
}

TEST(JsonSchema, AcceptsRandomInstances)
{
    std::mt19937 random(9);
    for (int i = 0; i < 200; ++i) {
        const Json s = randomSchema(random, 3);
        Checker checker(*grammarOfSchema(s));
        for (int j = 0; j < 10; ++j) {
            const Json value = instance(s, random);
            EXPECT_TRUE(checker.accepts(value.dump())) << s.dump() << "\n" << value.dump();
            const Json other = {{"not", value}, {"in", 1}};
            EXPECT_FALSE(checker.accepts(other.dump()));
            EXPECT_FALSE(checker.accepts(value.dump() + ","));
        }
    }
}

} // namespace
} // namespace corral::text
