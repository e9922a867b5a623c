// Grammars: their text, what they match, masks, and what hostile ones cost.
#include "core/sample/grammar/grammar_matcher.h"
#include "core/sample/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <regex>

namespace corral::sample {
namespace {

using testing::HasSubstr;

// Every byte, some words, pieces of characters and two ends.
std::shared_ptr<Vocabulary> words(std::vector<std::string> more = {})
{
    auto pieces = std::make_shared<std::vector<std::string>>();
    for (int b = 0; b < 256; ++b) pieces->push_back(std::string(1, static_cast<char>(b)));
    for (const char* word : {"yes", "no", "ye", "s\n", "{\"", "\":", " \"", "true", "alpha", "12", "345", "é", "\xC3", "\xA9", "日本", "\xE6\x97", "\xA5x", "aa", "ab", "ba",
                             "aaa", "bb"})
        pieces->push_back(word);
    pieces->insert(pieces->end(), more.begin(), more.end());
    pieces->push_back(""); // a token without text
    pieces->push_back("<eos>");
    pieces->push_back("<eot>");
    auto v = std::make_shared<Vocabulary>();
    v->size = static_cast<std::int32_t>(pieces->size());
    v->endOfGeneration = {v->size - 2, v->size - 1};
    v->pieceOf = [pieces](Token t) { return (*pieces)[static_cast<std::size_t>(t)]; };
    v->encode = [](const std::string&) { return std::vector<Token>{}; };
    return v;
}

std::shared_ptr<const Grammar> grammar(std::string_view text, const TokenTrie* tokens = nullptr)
{
    auto parsed = Grammar::parse(text, tokens);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    return *parsed;
}

std::string errorOf(std::string_view text)
{
    const auto parsed = Grammar::parse(text);
    return parsed ? "fine" : parsed.error().message;
}

bool matches(std::string_view gbnf, std::string_view text)
{
    static const auto trie = words()->trie();
    GrammarMatcher matcher(grammar(gbnf), trie);
    return matcher.acceptText(text) && matcher.mayEnd();
}

bool allowed(const TokenBits& bits, Token token) { return (bits[static_cast<std::size_t>(token) / 64] >> (token % 64) & 1) != 0; }

TEST(Grammar, Elements)
{
    EXPECT_TRUE(matches("root ::= \"yes\" | \"no\"", "yes"));
    EXPECT_TRUE(matches("root ::= \"yes\" | \"no\"", "no"));
    EXPECT_FALSE(matches("root ::= \"yes\" | \"no\"", "ye"));
    EXPECT_FALSE(matches("root ::= \"yes\" | \"no\"", "yesno"));
    EXPECT_TRUE(matches("root ::= [a-c]+ [^a-c\\n]? # a comment\n", "abcx"));
    EXPECT_FALSE(matches("root ::= [a-c]+ [^a-c\\n]?", "abc\n"));
    EXPECT_TRUE(matches("root ::= [a-]+", "a-a"));
    EXPECT_TRUE(matches("root ::= . .", "é\n"));
    EXPECT_TRUE(matches("root ::= \"\\x41\\u00e9\\U0001F600\\\"\\\\\\[\\]\\-\\t\\r\\n\"", "Aé\U0001F600\"\\[]-\t\r\n"));
    EXPECT_TRUE(matches("root ::= x{2} y{1,} z{0,2}\nx ::= \"x\"\ny ::= \"y\"\nz ::= \"z\"", "xxyyyz"));
    EXPECT_FALSE(matches("root ::= \"x\"{2,3}", "xxxx"));
    EXPECT_TRUE(matches("root ::= \"ab\"*", "ababab")) << "a whole literal is repeated";
    EXPECT_TRUE(matches("root ::= (\"a\" |\n  \"b\"\n)+", "abba"));
    EXPECT_TRUE(matches("root ::= a |\n b\na ::= \"a\"\n\n  b ::= \"b\"", "b"));
    EXPECT_TRUE(matches("root ::= \"a\"\n | \"b\"\n", "b"));
    EXPECT_TRUE(matches("root ::= \"a\" (|\"b\") \"c\"", "ac"));
    EXPECT_TRUE(matches("root ::=\n\"a\"", "a"));
    EXPECT_TRUE(matches("root ::= \"\"", ""));
    EXPECT_TRUE(matches("root ::= (\"\"* \"\"?)* \"a\"", "a"));
    EXPECT_TRUE(matches("root ::= \"(\" root \")\" | \"\"", "((()))"));
    EXPECT_FALSE(matches("root ::= \"(\" root \")\" | \"\"", "((())"));
}

TEST(Grammar, CharactersAreCodePoints)
{
    EXPECT_TRUE(matches("root ::= [à-ü]{2}", "éü"));
    EXPECT_FALSE(matches("root ::= [à-ü]", "þ"));
    EXPECT_TRUE(matches("root ::= [^\\x00-\\x7F]+", "日本\U0001F600é"));
    EXPECT_FALSE(matches("root ::= .", "\xED\xA0\x80")) << "a surrogate is no character";
    EXPECT_FALSE(matches("root ::= .", "\xC0\x80")) << "nor an overlong form";
    EXPECT_FALSE(matches("root ::= .", "\xF4\x90\x80\x80"));
    EXPECT_FALSE(matches("root ::= .", "\xFF"));
    // All classes of two ends, against the definition.
    std::mt19937 random(5);
    const char32_t ends[] = {0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0x10FFFF};
    for (int i = 0; i < 400; ++i) {
        const auto pick = [&] {
            const auto c = static_cast<std::int64_t>(ends[random() % std::size(ends)]) + static_cast<int>(random() % 5) - 2;
            return static_cast<char32_t>(std::clamp<std::int64_t>(c, 0, 0x10FFFF));
        };
        const char32_t a = pick(), b = pick(), c = pick();
        if ((c >= 0xD800 && c < 0xE000)) continue;
        const bool inside = std::min(a, b) <= c && c <= std::max(a, b);
        const std::string set = std::format("\\U{:08x}-\\U{:08x}", std::uint32_t(std::min(a, b)), std::uint32_t(std::max(a, b)));
        const std::string is = std::format("root ::= \"\\U{:08x}\"", std::uint32_t(c));
        // Spelled by the grammar of the character itself: the only text it matches.
        std::string text;
        GrammarMatcher spell(grammar(is), words()->trie());
        while (!spell.mayEnd())
            for (int byte = 0; byte < 256; ++byte)
                if (spell.accept(byte)) {
                    text += static_cast<char>(byte);
                    break;
                }
        EXPECT_EQ(matches("root ::= [" + set + "]", text), inside) << set << " " << is;
        EXPECT_EQ(matches("root ::= [^" + set + "]", text), !inside) << set << " " << is;
    }
}

TEST(Grammar, ErrorsHaveAPlace)
{
    EXPECT_EQ(errorOf("root ::= \"a\"\nb ::= c\n"), "grammar, line 2, column 7: rule 'c' is not defined");
    EXPECT_THAT(errorOf("x ::= \"a\""), HasSubstr("no rule 'root'"));
    EXPECT_THAT(errorOf(""), HasSubstr("no rule 'root'"));
    EXPECT_THAT(errorOf("root ::= \"a"), HasSubstr("line 1, column 10: this '\"' is never closed"));
    EXPECT_THAT(errorOf("root ::= [a"), HasSubstr("this '[' is never closed"));
    EXPECT_THAT(errorOf("root ::= (\"a\""), HasSubstr("line 1, column 10: this '(' is never closed"));
    EXPECT_THAT(errorOf("root ::= \"\\q\""), HasSubstr("column 11: unknown escape"));
    EXPECT_THAT(errorOf("root ::= \"\\xZZ\""), HasSubstr("2 hexadecimal digits"));
    EXPECT_THAT(errorOf("root ::= \"\\UFFFFFFFF\""), HasSubstr("no Unicode code point"));
    EXPECT_THAT(errorOf("root ::= \"\xFF\""), HasSubstr("invalid UTF-8"));
    EXPECT_THAT(errorOf("root ::= [z-a]"), HasSubstr("wrong way round"));
    EXPECT_THAT(errorOf("root ::= *"), HasSubstr("nothing stands before"));
    EXPECT_THAT(errorOf("root ::= \"a\"{2001}"), HasSubstr("more than 2000"));
    EXPECT_THAT(errorOf("root ::= \"a\"{99999999999999}"), HasSubstr("more than 2000"));
    EXPECT_EQ(errorOf("root ::= \"a\"{1,99999999999999}"), "fine");
    EXPECT_THAT(errorOf("root ::= \"a\"{3,2}"), HasSubstr("fewer repetitions"));
    EXPECT_THAT(errorOf("root ::= \"a\"{x}"), HasSubstr("number of repetitions"));
    EXPECT_THAT(errorOf("root = \"a\""), HasSubstr("expected '::='"));
    EXPECT_THAT(errorOf("root ::= \"a\" )"), HasSubstr("end of the line"));
    EXPECT_THAT(errorOf("root ::= \"a\"\nroot ::= \"b\""), HasSubstr("line 2, column 1: rule 'root' is defined twice"));
    EXPECT_THAT(errorOf("root ::= <no-such>"), HasSubstr("'<no-such>' is not one token"));
    EXPECT_THAT(errorOf("root ::= !\"a\""), HasSubstr("expected a token"));
    EXPECT_THAT(errorOf("root ::= <[x]>"), HasSubstr("token's number"));
}

TEST(Grammar, LeftRecursionIsAnError)
{
    EXPECT_THAT(errorOf("root ::= root \"a\" | \"b\""), HasSubstr("left recursion"));
    EXPECT_THAT(errorOf("root ::= a\na ::= b \"x\"\nb ::= \"\" c\nc ::= a"), HasSubstr("left recursion"));
    EXPECT_THAT(errorOf("root ::= e* root\ne ::= \"x\"?"), HasSubstr("left recursion")) << "what comes before can be empty";
    EXPECT_EQ(errorOf("root ::= \"a\" root | \"b\""), "fine");
    EXPECT_EQ(errorOf("root ::= e root | \"\"\ne ::= \"x\""), "fine");
}

TEST(Grammar, HostileOnesAreBounded)
{
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(errorOf("root ::= " + std::string(100'000, '(')), HasSubstr("parentheses inside each other"));
    EXPECT_THAT(errorOf("root ::= ((\"a\"{2000}){2000}){2000}"), HasSubstr("too large"));
    EXPECT_THAT(errorOf("root ::= (((\"\"{2000}){2000}){2000}){2000}"), HasSubstr("too large"));
    EXPECT_THAT(errorOf("root ::= ((((\"\"){0,2000}){0,2000}){0,2000}){0,2000}"), HasSubstr("too large"));
    EXPECT_THAT(errorOf("root ::= \"" + std::string(2 << 20, 'a') + "\""), HasSubstr("too long"));
    std::string chain = "root ::= r0 root | \"a\"\n";
    for (int i = 0; i < 20'000; ++i) chain += std::format("r{} ::= r{}?\n", i, i + 1);
    EXPECT_THAT(errorOf(chain + "r20000 ::= \"x\""), HasSubstr("left recursion"));

    // Doubles its stacks with every letter.
    const auto trie = words()->trie();
    GrammarMatcher doubling(grammar("root ::= \"a\" root \"x\" | \"a\" root \"y\" | \"b\""), trie);
    int taken = 0;
    while (taken < 64 && doubling.accept('a')) ++taken;
    EXPECT_TRUE(doubling.isExhausted());
    EXPECT_LT(taken, 30);
    EXPECT_FALSE(doubling.allows('b'));
    for (const std::uint64_t bits : doubling.mask()) EXPECT_EQ(bits, 0u);
    // Wide without end, but it has a few states only.
    GrammarMatcher wide(grammar("root ::= (\"a\"? | \"a\" | \"a\"*)* \"b\""), trie);
    for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(wide.accept('a'));
    EXPECT_TRUE(wide.accept('b') && wide.mayEnd());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Grammar, DeepNestingIsFollowedAndForgotten)
{
    const auto trie = words()->trie();
    GrammarMatcher matcher(grammar("root ::= \"[\" root \"]\" root | \"a\"?"), trie);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(matcher.accept('['));
        for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(matcher.accept(']'));
        EXPECT_TRUE(matcher.mayEnd());
        EXPECT_FALSE(matcher.allows(']'));
    }
}

constexpr std::string_view kJson = R"(root ::= object
value ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
array ::= "[" ws (value ("," ws value)*)? "]" ws
string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
)";

// The walk of the trie against every token on its own, from many states.
TEST(GrammarMatcher, MaskIsWhatIsAllowedOneByOne)
{
    const auto v = words();
    const auto trie = v->trie();
    std::mt19937 random(3);
    for (const std::string_view text : {kJson, std::string_view("root ::= (\"日\" | \"aa\" | !<[97]> <[98]>)* [à-ü] \"yes\"?")}) {
        GrammarMatcher matcher(grammar(text), trie);
        for (int step = 0; step < 300; ++step) {
            std::vector<Token> may;
            TokenBits expected(trie->words());
            for (Token t = 0; t < v->size; ++t) {
                GrammarMatcher copy = matcher;
                if (!copy.accept(t)) continue;
                expected[static_cast<std::size_t>(t) / 64] |= std::uint64_t{1} << (t % 64);
                may.push_back(t);
            }
            ASSERT_EQ(matcher.mask(), expected);
            const Token next = may.empty() ? v->size : may[random() % may.size()];
            if (next >= v->size - 2) {
                matcher.reset();
                continue;
            }
            ASSERT_TRUE(matcher.allows(next));
            ASSERT_TRUE(matcher.accept(next));
        }
    }
}

TEST(GrammarMatcher, EndsOnlyWhereTheGrammarMay)
{
    const auto v = words();
    GrammarMatcher matcher(grammar("root ::= \"yes\" \"yes\"?"), v->trie());
    const Token eos = v->size - 2, empty = v->size - 3;
    EXPECT_FALSE(matcher.allows(eos));
    EXPECT_FALSE(matcher.allows(empty));
    EXPECT_FALSE(matcher.allows(-1));
    EXPECT_FALSE(matcher.allows(v->size));
    EXPECT_TRUE(matcher.accept(256)); // "yes"
    EXPECT_TRUE(matcher.allows(eos));
    EXPECT_TRUE(matcher.allows(eos + 1));
    EXPECT_TRUE(allowed(matcher.mask(), eos));
    EXPECT_TRUE(matcher.accept(256));
    EXPECT_FALSE(matcher.accept('y'));
    EXPECT_TRUE(matcher.accept(eos));
    EXPECT_FALSE(matcher.allows(eos));
}

TEST(GrammarMatcher, TokenElements)
{
    const auto v = words({"<think>", "</think>"});
    const auto trie = v->trie();
    const Token open = trie->find("<think>"), close = trie->find("</think>");
    ASSERT_GE(open, 256);
    const auto rules = grammar("root ::= <think> !</think>* </think> \"yes\" <eos>?", trie.get());
    GrammarMatcher matcher(rules, trie);
    EXPECT_FALSE(matcher.allows('<')) << "the token, not its text";
    EXPECT_TRUE(matcher.accept(open));
    EXPECT_TRUE(matcher.accept('x'));
    EXPECT_TRUE(matcher.accept(open));
    EXPECT_TRUE(allowed(matcher.mask(), close));
    EXPECT_FALSE(matcher.allows(v->size - 1));
    EXPECT_TRUE(matcher.accept(close));
    EXPECT_FALSE(matcher.allows('x'));
    EXPECT_TRUE(matcher.acceptText("yes"));
    EXPECT_TRUE(matcher.mayEnd());
    EXPECT_TRUE(matcher.accept(v->size - 2)) << "an end of generation that the grammar names";
}

// Regular grammars against the standard library's expressions.
TEST(GrammarMatcher, AgreesWithRegularExpressions)
{
    std::mt19937 random(11);
    struct Both {
        std::string gbnf, regex;
    };
    const auto make = [&](auto&& self, int depth) -> Both {
        const auto kind = random() % (depth > 0 ? 7 : 2);
        if (kind == 0) return {"\"a\"", "a"};
        if (kind == 1) return {"[ab]", "[ab]"};
        const Both x = self(self, depth - 1);
        if (kind == 2) return {"(" + x.gbnf + ")*", "(?:" + x.regex + ")*"};
        if (kind == 3) return {"(" + x.gbnf + ")?", "(?:" + x.regex + ")?"};
        if (kind == 4) return {"(" + x.gbnf + "){1,2}", "(?:" + x.regex + "){1,2}"};
        const Both y = self(self, depth - 1);
        if (kind == 5) return {x.gbnf + " " + y.gbnf, x.regex + y.regex};
        return {"(" + x.gbnf + " | " + y.gbnf + ")", "(?:" + x.regex + "|" + y.regex + ")"};
    };
    for (int i = 0; i < 300; ++i) {
        const Both both = make(make, 3);
        const std::regex expression(both.regex);
        for (int j = 0; j < 20; ++j) {
            std::string text;
            for (auto n = random() % 8; n > 0; --n) text += random() % 3 == 0 ? 'b' : 'a';
            EXPECT_EQ(matches("root ::= " + both.gbnf, text), std::regex_match(text, expression)) << both.gbnf << " on " << text;
        }
    }
}

TEST(Grammar, RandomTextsNeverCrash)
{
    const auto begin = std::chrono::steady_clock::now();
    const auto v = words();
    std::mt19937 random(17);
    const std::string_view parts[] = {"root", "::=", " ", "\n", "\"a\"", "[a-z]", "[^\"", "]", "(", ")", "|", "*", "+", "?", "{2,3}", "{0,2000}", "x", "x ::= ", ".", "<[5]>",
                                      "!<[97]>", "\"\\u65e5\"", "#", "\"", "\\", "root ::= "};
    int fine = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text = random() % 4 != 0 ? "root ::= " : "";
        for (auto n = random() % 24; n > 0; --n) {
            if (random() % 40 == 0) text += static_cast<char>(random());
            else text += parts[random() % std::size(parts)];
        }
        const auto parsed = Grammar::parse(text);
        if (!parsed) {
            EXPECT_FALSE(parsed.error().message.empty());
            continue;
        }
        ++fine;
        if (fine > 1500) continue;
        GrammarMatcher matcher(*parsed, v->trie());
        for (int step = 0; step < 8; ++step) {
            matcher.mask();
            matcher.accept(static_cast<Token>(random() % static_cast<unsigned>(v->size)));
            matcher.accept("ab05"[random() % 4]);
        }
    }
    EXPECT_GT(fine, 1500);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

std::unique_ptr<Sampler> sampler(const std::shared_ptr<Vocabulary>& v, GrammarParams grammarParams, Params params = {})
{
    params.temp = 0;
    params.grammar = std::move(grammarParams);
    auto made = Sampler::create(params, v);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
}

// Writes with a model that likes `wanted` best, byte by byte, then 'z'.
std::string write(Sampler& s, const Vocabulary& v, std::string_view wanted, int tokens)
{
    std::string text;
    for (int i = 0; i < tokens; ++i) {
        std::vector<float> logits(static_cast<std::size_t>(v.size), 0.0f);
        const char likes = text.size() < wanted.size() ? wanted[text.size()] : 'z';
        logits[static_cast<unsigned char>(likes)] = 10;
        logits[static_cast<std::size_t>(v.size - 2)] = 5; // or the end
        const Token token = s.sample(logits);
        s.accept(token, false);
        if (token == v.size - 2) return text + "$";
        text += v.pieceOf(token);
    }
    return text;
}

TEST(SamplerGrammar, RefusesAndDrawsAgain)
{
    const auto v = words();
    auto s = sampler(v, {.rules = grammar("root ::= [a-c]{3} \"z\"")});
    EXPECT_EQ(write(*s, *v, "bbbz", 5), "bbbz$");
    s->reset();
    const std::string forced = write(*s, *v, "xxxx", 5);
    EXPECT_THAT(forced, testing::MatchesRegex("[abc]*z\\$"));
    EXPECT_FALSE(s->failure());
    s->reset();
    s->accept('q', true); // prompts are not held to the grammar
    EXPECT_EQ(write(*s, *v, "abcz", 5), "abcz$");
}

TEST(SamplerGrammar, FailsWhereNothingIsAllowed)
{
    const auto v = words();
    auto s = sampler(v, {.rules = grammar("root ::= \"a\" []")});
    EXPECT_EQ(write(*s, *v, "ab", 1), "a");
    EXPECT_FALSE(s->failure());
    write(*s, *v, "b", 1);
    ASSERT_TRUE(s->failure());
    EXPECT_THAT(s->failure()->message, HasSubstr("allows no token"));
}

TEST(SamplerGrammar, BiasesDoNotBreakIt)
{
    const auto v = words();
    Params params;
    for (Token t = 0; t < v->size; ++t) params.logitBias.emplace_back(t, -std::numeric_limits<float>::infinity());
    auto s = sampler(v, {.rules = grammar("root ::= \"ab\"")}, params);
    EXPECT_EQ(write(*s, *v, "ab", 3), "ab$");
}

TEST(SamplerGrammar, SleepsUntilATrigger)
{
    const auto v = words();
    const auto rules = grammar("root ::= \"<f>\" [0-9]+ \"</f>\"");
    auto word = sampler(v, {.rules = rules, .triggers = {{.kind = GrammarTrigger::Kind::Word, .text = "<f>"}}});
    const std::string text = write(*word, *v, "Hi <f>12x</f>", 40);
    EXPECT_TRUE(text.starts_with("Hi <f>12")) << text;
    EXPECT_THAT(text, testing::Not(HasSubstr("x")));
    word->reset();
    EXPECT_EQ(write(*word, *v, "nothing at all", 14), "nothing at all");

    auto token = sampler(v, {.rules = grammar("root ::= \"yes\" \"!\""), .triggers = {{.kind = GrammarTrigger::Kind::Token, .text = {}, .token = 256}}});
    token->accept('q', false);
    token->accept(256, false);
    EXPECT_EQ(write(*token, *v, "qqq", 2), "!$");

    // The trigger begins inside a token ("s\n"): only the end of it is given to the grammar.
    auto pattern = sampler(v, {.rules = grammar("root ::= \"\\n\" \"!\""), .triggers = {{.kind = GrammarTrigger::Kind::Pattern, .text = "s(\\n)"}}});
    pattern->accept(259, false);
    EXPECT_EQ(write(*pattern, *v, "qqq", 2), "!$");

    auto full = sampler(v, {.rules = grammar("root ::= \"ab\" \"!\""), .triggers = {{.kind = GrammarTrigger::Kind::FullPattern, .text = "a."}}});
    EXPECT_EQ(write(*full, *v, "abqq", 4), "ab!$");
    full->reset();
    EXPECT_EQ(write(*full, *v, "xabq", 4), "xabq");

    Params broken;
    broken.grammar = {.rules = rules, .triggers = {{.kind = GrammarTrigger::Kind::Pattern, .text = "("}}};
    EXPECT_FALSE(Sampler::create(broken, v));
}

TEST(SamplerGrammar, ReasoningIsFree)
{
    const auto v = words();
    auto strict = sampler(v, {.rules = grammar("root ::= \"\\n\"? \"yes\""), .freeUntil = {"</t>"}});
    EXPECT_EQ(write(*strict, *v, "hm, no</t>no", 16), "hm, no</t>\nyes$");
    auto lazy = sampler(v, {.rules = grammar("root ::= \"[\" [0-9] \"]\""), .triggers = {{.kind = GrammarTrigger::Kind::Word, .text = "["}}, .freeUntil = {"</t>"}});
    EXPECT_EQ(write(*lazy, *v, "[x]</t>[9x", 11), "[x]</t>[9]$");
}

} // namespace
} // namespace corral::sample
