// Hostile templates: whatever they do, rendering ends soon with an error or a text, and all memory comes back.
#include "core/text/chat_template.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <random>
#include <string>

namespace corral::text {

namespace {

std::string times(std::string_view text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

Result<std::string> rendered(std::string_view source, const ChatInput& input = {})
{
    auto parsed = ChatTemplate::parse(source, {});
    if (!parsed) return std::unexpected(parsed.error());
    return parsed->render(input);
}

void expectFailure(std::string_view source, const char* part)
{
    SCOPED_TRACE(source.substr(0, 100));
    const auto text = rendered(source);
    ASSERT_FALSE(text) << text->substr(0, 200);
    EXPECT_EQ(text.error().code, ErrorCode::Template);
    EXPECT_THAT(text.error().message, testing::HasSubstr(part));
    EXPECT_LT(text.error().message.size(), 1000u);
}

} // namespace

TEST(JinjaLimits, nestingInTheSource)
{
    for (const int depth : {1000, 100'000}) {
        expectFailure("{{ " + times("(", depth) + "1" + times(")", depth) + " }}", "nested more than");
        expectFailure("{{ " + times("[", depth) + times("]", depth) + " }}", "nested more than");
        expectFailure("{{ " + times("{1:", depth) + "1" + times("}", depth) + " }}", "nested more than");
        expectFailure("{{ " + times("not ", depth) + "1 }}", "nested more than");
        expectFailure("{{ " + times("-", depth) + "1 }}", "nested more than");
        expectFailure("{{ " + times("1 if 1 else ", depth) + "1 }}", "nested more than");
        expectFailure("{{ " + times("x[", depth) + "1" + times("]", depth) + " }}", "nested more than");
        expectFailure("{{ " + times("x(", depth) + "1" + times(")", depth) + " }}", "nested more than");
        expectFailure("{{ 1 is " + times("in ", depth) + " }}", "");
        expectFailure(times("{% if 1 %}", depth) + times("{% endif %}", depth), "nested more than");
        expectFailure("{% for " + times("(", depth) + "a" + times(")", depth) + " in [] %}{% endfor %}", "nested more than");
    }
    // Long without being nested: parsed flat, evaluated to a limit.
    for (const int length : {5000, 300'000}) {
        expectFailure("{{ 1" + times("+1", length) + " }}", "too deeply");
        expectFailure("{{ 1" + times("|abs", length) + " }}", "too deeply");
        expectFailure("{{ 1" + times(".x", length) + " }}", "too deeply");
        expectFailure("{{ 1" + times(" or 1", length) + " }}", "too deeply");
        expectFailure("{{ 1" + times(" if 1", length) + " }}", "too deeply");
    }
    EXPECT_EQ(rendered("{{ 1" + times("~1", 3000) + " }}")->size(), 3001u);
    EXPECT_EQ(*rendered("{% if 0 %}" + times("{% elif 0 %}", 5000) + "{% else %}a{% endif %}"), "a");
    expectFailure(std::string(8u << 20, 'x'), "more than");
}

TEST(JinjaLimits, timesThatNoCalendarHas)
{
    const auto parsed = ChatTemplate::parse("{{ strftime_now('%s %C %F') }}", {});
    ASSERT_TRUE(parsed);
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t now : {kMost, -kMost, std::int64_t(1) << 55, std::int64_t(253'402'300'800)}) {
        const auto text = parsed->render({.now = now});
        ASSERT_FALSE(text) << *text;
        EXPECT_EQ(text.error().code, ErrorCode::Template);
        EXPECT_THAT(text.error().message, testing::HasSubstr("cannot be shown"));
    }
    EXPECT_EQ(*parsed->render({.now = 253'402'300'799}), "253402300799 99 9999-12-31");
}

TEST(JinjaLimits, recursion)
{
    expectFailure("{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "too deeply");
    expectFailure("{% macro f(x) %}{% call f(x) %}{{ caller() }}{% endcall %}{% endmacro %}{{ f(1) }}", "too deeply");
    expectFailure("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", "too deeply");
    EXPECT_EQ(rendered("{% macro f(n) %}{% if n %}x{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}")->size(), 60u);
}

TEST(JinjaLimits, time)
{
    const auto start = std::chrono::steady_clock::now();
    expectFailure("{% for i in range(100000) %}{% for j in range(20) %}{% endfor %}{% endfor %}{{ 1 / 0 }}", "division by zero");
    expectFailure("{% set r = range(100000) | list %}{% for i in r %}{% for j in r %}{% endfor %}{% endfor %}", "too ");
    expectFailure("{% macro f() %}{% endmacro %}{% for i in range(100000) %}{% for j in 'a' * 1000 %}{% if f() or i + j | length < 0 %}{% "
                  "endif %}{% endfor %}{% endfor %}",
                  "too ");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << "stopped after " << took.count() << " s\n";
    EXPECT_LT(took.count(), 60);
    expectFailure("{% macro f(n) %}{{ f(n - 1) }}{{ f(n - 1) }}{% endmacro %}{% macro g(n) %}{% if n %}{{ g(n - 1) }}{{ g(n - 1) }}{% "
                  "endif %}{% endmacro %}{{ g(60) }}",
                  "too ");
    expectFailure("{% set s = 'a' * 1000000 %}{% for i in range(100000) %}{{ ('b' in s) or '' }}{{ s.count('a') }}{% endfor %}", "too ");
    expectFailure("{% set l = range(100000) | list %}{% for i in l %}{{ (-1 in l) or '' }}{% endfor %}", "too la");
}

TEST(JinjaLimits, memory)
{
    expectFailure("{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "too much memory");
    expectFailure("{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "too much memory");
    expectFailure("{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "too much memory");
    expectFailure("{% set l = ['x' * 100000] * 100000 %}{{ l }}", "too much memory");
    expectFailure("{% set l = ['x' * 100000] * 100000 %}{{ l | join }}", "too much memory");
    expectFailure("{% set l = ['x' * 100000] * 100000 %}{{ l | tojson }}", "too much memory");
    expectFailure("{% for i in range(100000) %}{{ 'x' * 100000 }}{% endfor %}", "too much memory");
    expectFailure(
        "{% set ns = namespace() %}{% for i in range(100000) %}{% for j in range(100) %}{% set ns[i] = 1 %}{% endfor %}{% endfor %}", "");
    expectFailure("{% set l = [] %}{% for i in range(100000) %}{% for j in range(1000) %}{% set _ = l.append(j) %}{% endfor %}{% endfor %}",
                  "too ");
    for (const char* huge :
         {"'x' * 1000000000000", "'x' * 9223372036854775807", "[0] * 1000000000000", "'x'.center(1000000000000)",
          "'x'.zfill(1000000000000)", "'x' | center(1000000000000)", "'x' | indent(1000000000000, true)", "'%1000000000d' % 1",
          "'%.1000000000f' % 1", "'{:1000000000}'.format(1)", "range(1000000000)", "[1] | tojson(indent=1000000000)",
          "[1] | batch(1000000000000, 0)", "[1] | slice(1000000000000)", "('a' * 1000000).replace('', 'b' * 10000)",
          "('a ' * 1000000).replace('a', 'b' * 10000)", "('a\n' * 1000000) | indent(1000)", "('b' * 10000).join('a' * 100000)"})
        expectFailure("{{ " + std::string(huge) + " }}", "");
}

TEST(JinjaLimits, ringsAndChains)
{
    expectFailure("{% set a = [] %}{% set _ = a.append(a) %}{{ a }}", "too deeply");
    expectFailure("{% set a = [] %}{% set _ = a.append(a) %}{{ a | tojson }}", "too deeply");
    EXPECT_EQ(*rendered("{% set a = [] %}{% set b = [] %}{% set _ = a.append(b) %}{% set _ = b.append(a) %}{{ a == [b] }}"), "True");
    expectFailure("{% set a = {} %}{% set _ = a.update({'a': a}) %}{{ a }}", "too deeply");
    expectFailure("{% set ns = namespace(a=[]) %}{% for i in range(1000) %}{% set ns.a = [ns.a] %}{% endfor %}", "nested more than");
    expectFailure("{% set ns = namespace(a={}) %}{% for i in range(1000) %}{% set ns.a = {'a': ns.a} %}{% endfor %}", "nested more than");
    // A chain as long as the budget allows, made from its end or its start: must come down without a deep recursion.
    EXPECT_TRUE(rendered("{% set ns = namespace(a=[]) %}{% for i in range(50000) %}{% set b = [] %}{% set _ = ns.a.append(b) %}{% set ns.a "
                         "= b %}{% endfor %}"));
    EXPECT_TRUE(rendered("{% set ns = namespace() %}{% for i in range(50000) %}{% set ns.a = namespace(b=ns.a) %}{% endfor %}"));
    EXPECT_TRUE(rendered("{% set ns = namespace() %}{% set ns.self = ns %}{{ ns.self.self is defined }}"));
    EXPECT_TRUE(rendered(
        "{% set ns = namespace(l=[1]) %}{% for i in range(50000) %}{% for j in ns.l %}{% set ns.l = [loop] %}{% endfor %}{% endfor %}"));
    expectFailure(
        "{% macro f() %}{% macro g() %}{% endmacro %}{% set ns.f = g %}{% endmacro %}{% set ns = namespace(f=f) %}"
        "{% macro step(m) %}{% macro next() %}{{ m }}{% endmacro %}{% set ns.f = next %}{{ step(next) }}{% endmacro %}{{ step(f) }}",
        "too deeply");
    // Shared parts: small in memory, endless to walk.
    const std::string doubling = "{% set ns = namespace(a=(), b=()) %}{% for i in range(100) %}{% set ns.a = (ns.a, ns.a) %}{% set ns.b = "
                                 "(ns.b, ns.b) %}{% endfor %}";
    for (const char* use : {"ns.a == ns.b", "ns.a < ns.b", "ns.a in [ns.b]", "{ns.a: 1}", "ns.a", "ns.a | tojson", "[ns.a, ns.b] | sort",
                            "[ns.a] | unique", "[ns.a].index(ns.b)", "{'k': ns.a} == {'k': ns.b}"})
        expectFailure(doubling + "{{ " + use + " }}", "");
    ChatInput deep;
    for (int i = 0; i < 500; ++i) deep.messages = Json::array({std::move(deep.messages)});
    EXPECT_FALSE(rendered("{{ messages }}", deep));
}

TEST(JinjaLimits, bytesThatAreNoText)
{
    const std::string bad = "\xff\xfe\x80 a \xe2\x82 b \xf0\x9f";
    EXPECT_EQ(*rendered(bad), bad);
    ChatInput input{.kwargs = {{"s", bad}}};
    EXPECT_EQ(*rendered("{{ s }}", input), bad);
    EXPECT_EQ(*rendered("{{ s | upper | lower }}{{ s | length }}", input), bad + "13");
    EXPECT_EQ(*rendered("{{ s[::-1][::-1] }}{{ s.strip() }}{{ s[:3] }}", input), bad + bad + bad.substr(0, 3));
    for (const char* use :
         {"s | tojson(ensure_ascii=true)", "[s]", "s | title", "s.split('\xff')", "s.find('a')", "s | list", "s.strip(s)"})
        EXPECT_TRUE(rendered("{{ " + std::string(use) + " }}", input)) << use;
}

namespace {

// Bytes cut, doubled, altered or exchanged for pieces of the language.
std::string mutated(std::string source, std::mt19937& random)
{
    static constexpr std::string_view kPieces[] = {
        "{{",       "}}",       "{%",          "%}",  "{#",  "#}",   "-",           "(",        ")",
        "[",        "]",        "{",           "}",   "'",   "\"",   "|",           ".",        "~",
        "loop",     "not ",     "is ",         "in ", "if ", "else", "endif",       "endfor",   "for x in messages",
        "set x = ", "range(9)", "namespace()", "\n",  "\\",  "\xff", "99999999999", "messages", "%",
        "*"};
    const auto below = [&](std::size_t n) { return n ? random() % n : 0; };
    const auto edits = 1 + below(6);
    for (std::size_t i = 0; i < edits && !source.empty(); ++i) {
        const auto at = below(source.size());
        switch (below(6)) {
        case 0: source.resize(at); break;
        case 1: source[at] = static_cast<char>(random()); break;
        case 2: source.erase(at, 1 + below(20)); break;
        case 3: source.insert(at, kPieces[below(std::size(kPieces))]); break;
        case 4: source.replace(at, std::min<std::size_t>(source.size() - at, 1 + below(8)), kPieces[below(std::size(kPieces))]); break;
        case 5: source.insert(at, source.substr(below(source.size()), 1 + below(60))); break;
        }
    }
    return source;
}

// Every mutant must parse or fail, render or fail; the seed tells how to repeat one.
void fuzz(const std::string& source, const ChatInput& input, unsigned count)
{
    for (unsigned seed = 0; seed < count; ++seed) {
        std::mt19937 random(seed);
        const auto start = std::chrono::steady_clock::now();
        const auto text = rendered(mutated(source, random), input);
        EXPECT_TRUE(text || text.error().code == ErrorCode::Template) << "seed " << seed;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        EXPECT_LT(took.count(), 60) << "seed " << seed;
    }
}

const Json kConversation = Json::parse(R"json([
    {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather in Zürich?"},
    {"role": "assistant", "content": null, "tool_calls": [{"id": "call00001", "type": "function", "function": {"name": "weather", "arguments": {"city": "Zürich", "days": 2}}}]},
    {"role": "tool", "tool_call_id": "call00001", "name": "weather", "content": "{\"t\": 21.5}"}, {"role": "assistant", "content": "<think>x</think>21.5"},
    {"role": "user", "content": "Thanks"}])json");
const Json kTools =
    Json::parse(R"json([{"type": "function", "function": {"name": "weather", "description": "d", "parameters": {"type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": ["integer", "null"], "enum": [1, 2]}}, "required": ["city"]}}}])json");

} // namespace

TEST(JinjaFuzz, ownTemplate)
{
    fuzz("{%- macro show(v, d=0) -%}{% if v is mapping %}{% for k, x in v.items() %}{{ k | upper }}={{ show(x, d + 1) }};{% endfor %}"
         "{% elif v is string %}{{ v[:5] | trim | replace('a', 'b') }}{% else %}{{ v | tojson(indent=2) }}{% endif %}{%- endmacro -%}\n"
         "{%- set ns = namespace(i=0, l=[]) -%}\n{#- note -#}{% raw %}{{ }}{% endraw %}\n"
         "{%- for m in messages if m.role != 'tool' -%}\n{%- set ns.i = ns.i + loop.index0 * 2 % 7 -%}{% set q %}<{{ m['content'] or "
         "'none' }}>{% endset %}\n"
         "{{- '<|' ~ m.role ~ '|>' + (q | default('x', true)) }}{{ show(m) if not loop.last else '%s-%d' % ('z', ns.i) }}{% if ns.i > 99 "
         "%}{% break %}{% endif %}\n"
         "{%- else -%}empty{%- endfor -%}{% filter indent(3) %}{{ tools | map(attribute='function.name') | join(', ') }}{% endfilter %}"
         "{% call(a) show({'k': [1.5, none, true]}) %}{{ a }}{% endcall %}{{ messages[-1:][0].content.split(' ')[0] }}{{ strftime_now('%d "
         "%b %Y') }}",
         {.messages = kConversation, .tools = kTools, .now = 0}, 3000);
}

TEST(JinjaFuzz, realTemplates)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    for (const auto& entry : std::filesystem::directory_iterator(test::sharedPath("golden/templates"))) {
        if (entry.path().extension() != ".json") continue;
        SCOPED_TRACE(entry.path().filename().string());
        fuzz(test::readJson(entry.path()).at("template_text").get<std::string>(), {.messages = kConversation, .tools = kTools, .now = 0},
             300);
    }
}

} // namespace corral::text
