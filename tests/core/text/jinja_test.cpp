// The template language, feature by feature. What is expected is what python's jinja2 3.1.2 prints with the same settings.
#include "core/text/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace corral::text {

namespace {

const Json kVariables = Json::parse(R"json({
    "x": 7, "f": 1.5, "s": "Hello World", "e": "", "l": [3, 1, 2], "n": null, "t": true, "u": "Zürich ﬂ 日本",
    "d": {"b": 1, "a": [1, "two", null, true, 2.0], "C": {"k": "v"}},
    "m": [{"role": "user", "content": " hi "}, {"role": "assistant", "content": "yo", "n": 2}, {"role": "user", "content": "<b>"}]
})json");

Result<std::string> rendered(std::string_view source, const Json& variables = kVariables)
{
    auto parsed = ChatTemplate::parse(source, {});
    if (!parsed) return std::unexpected(parsed.error());
    return parsed->render({.kwargs = variables, .now = 1768480496}); // 2026-01-15T12:34:56
}

struct Case {
    const char* source;
    const char* expected;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.source; }

class Renders : public testing::TestWithParam<Case> {};

TEST_P(Renders, asPythonDoes)
{
    const auto text = rendered(GetParam().source);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, GetParam().expected);
}

#define CASES(name, ...) INSTANTIATE_TEST_SUITE_P(name, Renders, testing::Values(__VA_ARGS__))

CASES(Whitespace, Case{"a\n", "a"}, Case{"a\n\n", "a\n"}, Case{"{% if t %}\nx\n{% endif %}\ny", "x\ny"},
      Case{"  {% if t %}\n  x\n  {% endif %}\ny", "  x\ny"}, Case{"a  {% if t %}b{% endif %}", "a  b"},
      Case{"a \n {%- if t -%} \n b {%- endif %} c", "ab c"}, Case{"  {%+ if t %}\nx{% endif %}", "  x"},
      Case{"{% if t +%}\nx{% endif %}", "\nx"}, Case{"  {{ x }}\n  {{- x -}} \n y", "  77y"}, Case{"a {# note #} b", "a  b"},
      Case{"  {# note #}\nb", "b"}, Case{"a {#- note -#} b", "ab"}, Case{"\r\n{{ x }}\r\n\r\n", "\n7\n"},
      Case{"{% raw %}{{ x }}{% if %}{% endraw %}", "{{ x }}{% if %}"}, Case{"a {%- raw -%} b {%- endraw -%} c", "abc"},
      Case{"{{ '{{' }}{{ '%}' }}", "{{%}"}, Case{"{{ {'a': {'b': 1}}['a']['b'] }}", "1"},
      Case{"{% if t %}a{% endif %} {% if t %}b{% endif %}", "a b"}, Case{"{", "{"}, Case{"{ {% if t %}}{% endif %}", "{ }"});

CASES(Printing,
      Case{"{{ none }}|{{ true }}|{{ False }}|{{ missing }}|{{ 1.0 }}|{{ 1e20 }}|{{ 1.5e-7 }}|{{ 100000.0 }}",
           "None|True|False||1.0|1e+20|1.5e-07|100000.0"},
      Case{"{{ d }}", "{'b': 1, 'a': [1, 'two', None, True, 2.0], 'C': {'k': 'v'}}"},
      Case{"{{ (1,) }}{{ (1, 'a') }}{{ () }}{{ [] }}{{ {} }}", "(1,)(1, 'a')()[]{}"},
      Case{"{{ [\"it's\", 'a\"b', 'a\\nb', 'é', '\\x07'] }}", "[\"it's\", 'a\"b', 'a\\nb', 'é', '\\x07']"}, Case{"{{ 1, 2 }}", "(1, 2)"},
      Case{"{{ 'a' 'b' }}", "ab"}, Case{"{{ '\\u00e9\\x41\\101\\q' }}", "éAA\\q"}, Case{"{{ 0x1F }}{{ 1_000 }}", "311000"});

CASES(Expressions, Case{"{{ 1 + 2 * 3 - 4 }}", "3"},
      Case{"{{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7.5 % 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }}", "3.5 3 -4 2 1.5 1024 0.5"},
      Case{"{{ -1 | abs }} {{ -x }} {{ +x }}", "1 -7 7"}, Case{"{{ 'a' ~ 1 ~ none ~ missing ~ true }}", "a1NoneTrue"},
      Case{"{{ 'ab' * 2 }}{{ [1] + [2] }}{{ [0] * 2 }}", "abab[1, 2][0, 0]"},
      Case{"{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ true == 1 }} {{ '1' == 1 }}",
           "True False True True True False"},
      Case{"{{ 'ell' in s }} {{ 3 in l }} {{ 'b' in d }} {{ 9 not in l }} {{ 1 in missing }}", "True True True True False"},
      Case{"{{ not t and f or 'z' }} {{ e or 'dflt' }} {{ t and x }}", "z dflt 7"},
      Case{"{{ 'y' if x > 3 else 'n' }}{{ 'y' if x > 30 }}", "y"}, Case{"{{ 'a' if false else 'b' if false else 'c' }}", "c"},
      Case{"{{ s[0] }}{{ s[-1] }}{{ s[1:4] }}{{ s[::-1] }}{{ s[-3:] }}{{ s[:100] }}", "HdelldlroW olleHrldHello World"},
      Case{"{{ l[1:] }}{{ l[::-1] }}{{ l[::2] }}{{ l[-2:] }}{{ l[5:] }}", "[1, 2][2, 1, 3][3, 2][1, 2][]"},
      Case{"{{ u[0:2] }}{{ u[-1] }}{{ u[::-1] }}", "Zü本本日 ﬂ hcirüZ"},
      Case{"{{ m[0].role }}{{ m[0]['content'] }}{{ m.0.role }}{{ l.1 }}", "user hi user1"},
      Case{"{{ d.C.k }}{{ d['C']['k'] }}{{ d.zzz }}{{ none.x }}{{ l[99] }}", "vv"}, Case{"{{ {'a': 1, 2: 'b', true: 'c'}[2] }}", "b"},
      Case{"{{ (1, 2) == (1, 2) }}{{ [1] == (1,) }}", "TrueFalse"}, Case{"{{ x is defined and y is not defined }}", "True"});

CASES(Statements, Case{"{% if false %}a{% elif 0 %}b{% elif x %}c{% else %}d{% endif %}", "c"},
      Case{"{% for i in l %}{{ i }},{% endfor %}", "3,1,2,"}, Case{"{% for i in [] %}a{% else %}none{% endfor %}", "none"},
      Case{"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "b=1;a=[1, 'two', None, True, 2.0];C={'k': 'v'};"},
      Case{"{% for k in d %}{{ k }}{% endfor %}{% for c in 'añ' %}[{{ c }}]{% endfor %}", "baC[a][ñ]"},
      Case{"{% for i in l if i > 1 %}{{ loop.index }}/{{ loop.length }}:{{ i }} {% endfor %}", "1/2:3 2/2:2 "},
      Case{"{% for i in l %}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}{{ "
           "loop.nextitem }}{{ loop.depth }} {% endfor %}",
           "0TrueFalse32"
           "11 1FalseFalse21"
           "321 2FalseTrue10"
           "11 "},
      Case{"{% for i in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }}{% endfor %}", "aTruebTrueaTrue"},
      Case{"{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02"},
      Case{"{% set a = 1 %}{% for i in l %}{{ a }}{% set a = a + i %}{{ a }};{% endfor %}{{ a }}", "14;12;13;1"},
      Case{"{% set ns = namespace(a=1, b='q') %}{% for i in l %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is "
           "defined }}",
           "7qFalse"},
      Case{"{% if t %}{% set z = 5 %}{% endif %}{{ z }}", "5"}, Case{"{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21"},
      Case{"{% set q %}<{{ x }}>{% endset %}{{ q }}{{ q | length }}", "<7>3"},
      Case{"{% set q | upper | trim %} ab {% endset %}[{{ q }}]", "[AB]"}, Case{"{% filter upper %}ab{{ x }}{% endfilter %}", "AB7"},
      Case{"{% with a = 1, b = x %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}", "17False"},
      Case{"{% generation %}a{{ x }}{% endgeneration %}", "a7"},
      Case{"{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "123"},
      Case{"{% for i in [{'n': 1, 'c': [{'n': 2, 'c': []}]}] recursive %}{{ i.n }}{{ loop.depth }}({{ loop(i.c) }}){% endfor %}",
           "11(22())"},
      Case{"{% for i in [1, 2] %}{% for j in [1, 2] %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% "
           "endfor %}",
           "11 121 2"},
      Case{"{% for i in 1, 2 %}{{ i }}{% endfor %}", "12"});

CASES(Macros,
      Case{"{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ f(1) }}{{ f(1, c=3) }}{{ f(b=0, a=9) }}{{ f() }}",
           "121;123;909;2;"},
      Case{"{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210"},
      Case{"{% macro f() %}{{ later }}{% endmacro %}{% set later = 4 %}{{ f() }}", "4"},
      Case{"{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, k=3) }}", "(1, 2){'k': 3}"},
      Case{"{% macro f(a) %}[{{ caller(a) }}]{% endmacro %}{% call(x) f(5) %}c{{ x }}{% endcall %}", "[c5]"},
      Case{"{% macro f() %}  {{ 1 }}  {% endmacro %}{{ f() | trim }}", "1"},
      Case{"{% set ns = namespace() %}{% macro f() %}m{% endmacro %}{% set ns.f = f %}{{ ns.f() }}", "m"},
      Case{"{% macro f(a) %}{{ a }}{% endmacro %}{{ f(*[1]) }}{{ f(**{'a': 2}) }}", "12"});

CASES(Filters,
      Case{"{{ ' a ' | trim }}|{{ 'xxaxx' | trim('x') }}|{{ s | upper }}|{{ s | lower }}|{{ 'aB cD' | capitalize }}|{{ \"don't go-now\" | "
           "title }}",
           "a|a|HELLO WORLD|hello world|Ab cd|Don't Go-Now"},
      Case{"{{ u[:6] | upper }}{{ 'straße' | upper }}", "ZÜRICHSTRASSE"},
      Case{"{{ missing | default('q') }}{{ e | default('q') }}{{ e | default('q', true) }}{{ n | default('q') }}{{ missing | d }}",
           "qqNone"},
      Case{"{{ l | length }}{{ s | length }}{{ d | count }}{{ missing | length }}{{ u | length }}", "311"
                                                                                                    "3"
                                                                                                    "011"},
      Case{"{{ l | join(', ') }}{{ m | join('-', attribute='role') }}{{ 'abc' | join('.') }}", "3, 1, 2user-assistant-usera.b.c"},
      Case{"{{ l | first }}{{ l | last }}{{ [] | first }}{{ 'abc' | last }}", "32c"},
      Case{"{{ l | sort }}{{ l | sort(reverse=true) }}{{ ['b', 'A', 'c'] | sort }}{{ m | sort(attribute='content') | "
           "map(attribute='content') | list }}",
           "[1, 2, 3][3, 2, 1]['A', 'b', 'c'][' hi ', '<b>', 'yo']"},
      Case{"{{ m | map(attribute='n', default=0) | list }}{{ ['a'] | map('upper') | list }}{{ ['1'] | map('int') | sum }}",
           "[0, 2, 0]['A']1"},
      Case{"{{ m | selectattr('role', 'equalto', 'user') | list | length }}{{ m | rejectattr('n', 'defined') | list | length }}{{ m | "
           "selectattr('n') | list | length }}",
           "221"},
      Case{"{{ l | select('odd') | list }}{{ l | reject('>', 1) | list }}{{ [0, 1, ''] | select | list }}", "[3, 1][1][1]"},
      Case{"{{ [1, 1, 2, 'a', 'A'] | unique | list }}{{ l | max }}{{ l | min }}{{ l | sum }}", "[1, 2, 'a']316"},
      Case{"{{ d | dictsort }}", "[('a', [1, 'two', None, True, 2.0]), ('b', 1), ('C', {'k': 'v'})]"},
      Case{"{{ d | items | list | length }}{{ d | list }}{{ 'ab' | list }}{{ l | reverse | list }}{{ 'abc' | reverse }}",
           "3['b', 'a', 'C']['a', 'b'][2, 1, 3]cba"},
      Case{"{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb' | indent(2, true) }}|{{ 'a\n\nb' | indent(1, blank=true) }}|{{ 'a\nb' | indent('> ') }}",
           "a\n    b\n\n    c|  a\n  b|a\n \n b|a\n> b"},
      Case{"{{ 'aaa' | replace('a', 'b', 2) }}{{ 'x' | replace('', '-') }}", "bba-x-"},
      Case{"{{ '12' | int }}{{ 'z' | int }}{{ '3.9' | int }}{{ 'z' | int(5) }}{{ 'ff' | int(0, 16) }}{{ '1.5' | float }}{{ 2 | float }}",
           "120352551.52.0"},
      Case{"{{ 2.5 | round }}{{ 3.14159 | round(2) }}{{ 2.1 | round(0, 'ceil') }}{{ -3 | abs }}", "2.03.143.03"},
      Case{"{{ '%s-%05.1f-%d' | format('a', 2.25, 3) }}{{ '<&>' | e }}{{ 'a b c' | wordcount }}", "a-002.2-3&lt;&amp;&gt;3"},
      Case{"{{ range(5) | batch(2, 'x') | list }}{{ range(5) | slice(2) | list }}", "[[0, 1], [2, 3], [4, 'x']][[0, 1, 2], [3, 4]]"},
      Case{"{{ m | groupby('role') | map('first') | list }}{{ 7 | string + 'a' }}", "['assistant', 'user']7a"},
      Case{"{{ 'the quick brown fox jumps' | truncate(12) }}{{ 'abcdef' | truncate(3, true, '', 0) }}", "the...abc"});

CASES(
    Json, Case{"{{ d | tojson }}", R"({"b": 1, "a": [1, "two", null, true, 2.0], "C": {"k": "v"}})"},
    Case{"{{ d | tojson(indent=2) }}",
         "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    \"two\",\n    null,\n    true,\n    2.0\n  ],\n  \"C\": {\n    \"k\": \"v\"\n  }\n}"},
    Case{"{{ u | tojson }}{{ u | tojson(ensure_ascii=true) }}", "\"Zürich ﬂ 日本\"\"Z\\u00fcrich \\ufb02 \\u65e5\\u672c\""},
    Case{"{{ d | tojson(sort_keys=true, separators=(',', ':')) }}", R"({"C":{"k":"v"},"a":[1,"two",null,true,2.0],"b":1})"},
    Case{
        "{{ 'a\"\\\\\n\t\\x01<' | tojson }}{{ [] | tojson(indent=1) }}{{ {1: 2, none: 3} | tojson }}{{ '😀' | tojson(ensure_ascii=true) }}",
        "\"a\\\"\\\\\\n\\t\\u0001<\"[]{\"1\": 2, \"null\": 3}\"\\ud83d\\ude00\""});

CASES(
    Tests,
    Case{"{{ x is integer }}{{ f is float }}{{ t is boolean }}{{ t is integer }}{{ x is number }}{{ t is number }}",
         "TrueTrueTrueFalseTrueTrue"},
    Case{"{{ s is string }}{{ l is string }}{{ l is sequence }}{{ d is mapping }}{{ d is sequence }}{{ s is iterable }}{{ x is iterable }}",
         "TrueFalseTrueTrueTrueTrueFalse"},
    Case{"{{ n is none }}{{ missing is none }}{{ n is defined }}{{ missing is undefined }}{{ missing is string }}",
         "TrueFalseTrueTrueFalse"},
    Case{
        "{{ 3 is odd }}{{ 3 is even }}{{ 9 is divisibleby 3 }}{{ 9 is divisibleby(2) }}{{ x is eq 7 }}{{ x is in [7] }}{{ x is sameas 7 }}",
        "TrueFalseTrueFalseTrueTrueTrue"},
    Case{"{{ t is true }}{{ 1 is true }}{{ e is false }}{{ 'A' is upper }}{{ 'A1' is lower }}{{ d.items is callable }}{{ range is callable "
         "}}{{ 'upper' is filter }}",
         "TrueFalseFalseTrueFalseTrueTrueTrue"},
    Case{"{{ x is not string }}{{ not x is string }}{{ 1 + 1 is odd }}", "TrueTrue2"}, Case{"{{ x is gt 5 and x is lt(8) }}", "True"});

CASES(Methods,
      Case{"{{ 'a,b,c'.split(',') }}{{ 'a,b,c'.split(',', 1) }}{{ ' a  b '.split() }}{{ 'a,b,c'.rsplit(',', 1) }}{{ ' a b c '.rsplit(none, "
           "1) }}{{ ''.split(',') }}",
           "['a', 'b', 'c']['a', 'b,c']['a', 'b']['a,b', 'c'][' a b', 'c']['']"},
      Case{"{{ ' a '.strip() }}|{{ 'xax'.lstrip('x') }}|{{ 'xax'.rstrip('x') }}|{{ '\u3000a\u00a0'.strip() }}", "a|ax|xa|a"},
      Case{"{{ s.startswith('He') }}{{ s.endswith(('x', 'ld')) }}{{ s.replace('l', 'L', 1) }}{{ s.find('o') }}{{ s.rfind('o') }}{{ "
           "s.find('z') }}{{ s.count('l') }}{{ u.find('日') }}",
           "TrueTrueHeLlo World47-139"},
      Case{"{{ s.title() }}{{ \"they're\".title() }}{{ 'aB'.capitalize() }}{{ s.upper() }}{{ ', '.join(['a', 'b']) }}{{ "
           "'a\nb\r\nc'.splitlines() }}",
           "Hello WorldThey'ReAbHELLO WORLDa, b['a', 'b', 'c']"},
      Case{"{{ '7'.isdigit() }}{{ 'a1'.isalpha() }}{{ ' '.isspace() }}{{ ''.isspace() }}{{ '7'.zfill(3) }}{{ '-7'.zfill(4) }}{{ "
           "'a'.center(4, '*') }}{{ 'a'.rjust(3) }}|",
           "TrueFalseTrueFalse007-007*a**  a|"},
      Case{"{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('c') }}{{ 'a=b=c'.partition('=') }}{{ 'a=b=c'.rpartition('=') }}",
           "bcab('a', '=', 'b=c')('a=b', '=', 'c')"},
      Case{"{{ '{} {1} {a:>4} {:.2f}'.format('x', 'y', a='z') if false else '{0}-{a:>4}-{1:.2f}-{2:,}-{3!r}'.format('x', 2, 1234567, 'q', "
           "a='z') }}",
           "x-   z-2.00-1,234,567-'q'"},
      Case{"{{ '%s %r %d%% %x %-4s|%4s|%+d' % ('a', 'b', 3.9, 255, 'l', 'r', 5) }}{{ '%(k)s' % {'k': 1} }}", "a 'b' 3% ff l   |   r|+51"},
      Case{
          "{{ d.get('b') }}{{ d.get('z') }}{{ d.get('z', 4) }}{{ d.keys() | list }}{{ d.values() | list | length }}{{ d.items() | first }}",
          "1None4['b', 'a', 'C']3('b', 1)"},
      Case{"{% set a = [1] %}{% set _ = a.append(2) %}{{ a }}{{ a.pop() }}{{ a }}{{ a.index(1) }}{{ [1, 1].count(1) }}", "[1, 2]2[1]02"},
      Case{"{% set a = [2] %}{{ a.insert(0, 1) or '' }}{{ a.extend([3]) or '' }}{{ a.reverse() or '' }}{{ a }}", "[3, 2, 1]"},
      Case{"{% set a = {'k': 1} %}{{ a.update({'z': 2}) or '' }}{{ a.pop('k') }}{{ a.setdefault('y', 3) }}{{ a }}", "13{'z': 2, 'y': 3}"});

CASES(Functions,
      Case{"{{ range(3) | list }}{{ range(1, 3) | list }}{{ range(5, 0, -2) | list }}{{ range(0) | list }}", "[0, 1, 2][1, 2][5, 3, 1][]"},
      Case{"{{ dict(a=1, b=2) }}{{ dict([('x', 1)]) }}{{ namespace({'a': 3}).a }}", "{'a': 1, 'b': 2}{'x': 1}3"},
      Case{"{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%dT%H:%M:%S') }}|{{ strftime_now('%A %B %-d %j %I %p %y %a %%') }}",
           "15 Jan 2026|2026-01-15T12:34:56|Thursday January 15 015 12 PM 26 Thu %"});

struct Failure {
    const char* source;
    const char* message; // a part of it
};
std::ostream& operator<<(std::ostream& out, const Failure& c) { return out << c.source; }

class Fails : public testing::TestWithParam<Failure> {};

TEST_P(Fails, withTheLine)
{
    const auto text = rendered(GetParam().source);
    ASSERT_FALSE(text) << *text;
    EXPECT_EQ(text.error().code, ErrorCode::Template);
    EXPECT_THAT(text.error().message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Fails,
    testing::Values(Failure{"a\nb {{ x", "line 2: a tag that is not closed with }} (in: b {{ x)"},
                    Failure{"{% if x %}\na", "line 2: '{% endif %}' expected"},
                    Failure{"\n{% for x in %}{% endfor %}", "line 2: a value expected, found '%}'"},
                    Failure{"{% endif %}", "unknown statement 'endif'"}, Failure{"{% frobnicate %}", "unknown statement 'frobnicate'"},
                    Failure{"{{ 'a }}", "a string that is not closed"}, Failure{"{# a", "a comment that is not closed"},
                    Failure{"{{ (1 }}", "unexpected '}'"}, Failure{"{{ ] }}", "unexpected ']'"},
                    Failure{"{{ 1 $ 2 }}", "unexpected character '$'"}, Failure{"{% break %}", "break outside a loop"},
                    Failure{"{% raw %}", "raw without endraw"}, Failure{"{{ }}", "a value expected, found '}}'"},
                    Failure{"{{ 99999999999999999999 }}", "out of range"},
                    Failure{"{% for i in l %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "break outside a loop"},
                    Failure{"{{ '\\ud800' }}", "bad escape"}));

INSTANTIATE_TEST_SUITE_P(
    Running, Fails,
    testing::Values(Failure{"a\n\n{{ missing.x }}", "line 3: 'missing' is undefined, so it has no 'x' (in: {{ missing.x }})"},
                    Failure{"{{ 'a' + l }}", "str + list"}, Failure{"{{ 'a' + 1 }}", "str + int"},
                    Failure{"{{ missing + 1 }}", "'missing' is undefined"}, Failure{"{{ d['q'].z }}", "'q' is undefined"},
                    Failure{"{{ missing() }}", "'missing' is undefined and cannot be called"},
                    Failure{"{{ s.nope() }}", "str has no method 'nope'"},
                    Failure{"{% for i in none %}{% endfor %}", "'NoneType' cannot be looped over"}, Failure{"{{ 1 in 2 }}", "'in' needs"},
                    Failure{"{{ 'a' < 1 }}", "cannot order"}, Failure{"{{ 1 / 0 }}", "division by zero"},
                    Failure{"{{ 1 % 0 }}{{ 1 // 0 }}", "division by zero"}, Failure{"{{ x | nope }}", "no filter named 'nope'"},
                    Failure{"{{ x is nope }}", "no test named 'nope'"}, Failure{"{% set a.b = 1 %}", "'a' is no namespace"},
                    Failure{"{% set a, b = [1] %}", "1 values for 2 names"}, Failure{"{{ missing | tojson }}", "tojson of Undefined"},
                    Failure{"{{ s.split('') }}", "split by an empty string"}, Failure{"{{ l | join(',', z=1) }}", "no argument 'z'"},
                    Failure{"{{ {[1]: 2} }}", "a list cannot be a key"}, Failure{"{{ 9223372036854775807 + 1 }}", "out of range"},
                    Failure{"{{ -9223372036854775807 - 2 }}{{ 2 ** 64 }}", "out of range"},
                    Failure{"{% macro f() %}\n{{ missing.x }}{% endmacro %}\n{{ f() }}", "line 2: 'missing'"}));

TEST(Jinja, raisedMessageIsExact)
{
    const auto text = rendered("{{ raise_exception('Only user and assistant roles, not ' ~ m[0].role) }}");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().message, "Only user and assistant roles, not user");
}

TEST(Jinja, standardVariables)
{
    const auto parsed = ChatTemplate::parse("{{ bos_token }}{{ eos_token is defined }}{{ tools is none }}{{ documents is none }}{{ "
                                            "add_generation_prompt }}{{ messages[0].content }}",
                                            {.bosToken = "<s>"});
    ASSERT_TRUE(parsed);
    const auto text = parsed->render({.messages = Json::parse(R"([{"role": "user", "content": "hi"}])"), .addGenerationPrompt = false});
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, "<s>FalseTrueTrueFalsehi");
    const auto overridden = parsed->render({.messages = Json::parse(R"([{"role": "user", "content": "hi"}])"),
                                            .kwargs = {{"add_generation_prompt", true}, {"eos_token", "x"}}});
    ASSERT_TRUE(overridden);
    EXPECT_EQ(*overridden, "<s>TrueTrueTrueTruehi");
}

TEST(Jinja, inputIsNotChanged)
{
    const auto parsed = ChatTemplate::parse("{% set _ = messages.append(1) %}{{ messages | length }}", {});
    ASSERT_TRUE(parsed);
    const ChatInput input{.messages = Json::parse("[1]")};
    EXPECT_EQ(*parsed->render(input), "2");
    EXPECT_EQ(*parsed->render(input), "2");
}

} // namespace
} // namespace corral::text
