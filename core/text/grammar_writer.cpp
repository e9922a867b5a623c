#include "core/text/grammar_writer.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace corral::text {

namespace {

struct JsonRule {
    const char* name;
    const char* body;
    const char* needs; // other rules, separated by blanks
};

constexpr JsonRule kJsonRules[] = {
    {"space", R"(| " " | "\n"{1,2} [ \t]{0,20})", ""},
    {"char", R"([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" code-unit))", "code-unit"},
    // Surrogates only in pairs: many parsers of JSON refuse half of one.
    {"code-unit", R"([0-9a-ce-fA-CE-F] [0-9a-fA-F]{3} | [dD] ([0-7] [0-9a-fA-F]{2} | [89abAB] [0-9a-fA-F]{2} "\\u" [dD] [c-fC-F] [0-9a-fA-F]{2}))", ""},
    {"string", R"("\"" char* "\"")", "char"},
    {"integral-part", R"("0" | [1-9] [0-9]{0,15})", ""},
    {"decimal-part", R"([0-9]{1,16})", ""},
    {"number", R"("-"? integral-part ("." decimal-part)? ([eE] [-+]? integral-part)?)", "integral-part decimal-part"},
    {"integer", R"("-"? integral-part)", "integral-part"},
    {"boolean", R"("true" | "false")", ""},
    {"null", R"("null")", ""},
    {"value", R"(object | array | string | number | boolean | null)", "object array string number boolean null"},
    {"object", R"("{" space (string space ":" space value space ("," space string space ":" space value space)*)? "}")", "space string value"},
    {"array", R"("[" space (value space ("," space value space)*)? "]")", "space value"},
    {"uuid", R"("\"" [0-9a-fA-F]{8} "-" [0-9a-fA-F]{4} "-" [0-9a-fA-F]{4} "-" [0-9a-fA-F]{4} "-" [0-9a-fA-F]{12} "\"")", ""},
    {"date", R"([0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [1-2] [0-9] | "3" [0-1]))", ""},
    {"time", R"(([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{3})? ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]))", ""},
    {"date-time", R"(date "T" time)", "date time"},
    {"date-string", R"("\"" date "\"")", "date"},
    {"time-string", R"("\"" time "\"")", "time"},
    {"date-time-string", R"("\"" date-time "\"")", "date-time"},
};

const JsonRule* findJsonRule(std::string_view name)
{
    for (const JsonRule& rule : kJsonRules)
        if (rule.name == name) return &rule;
    return nullptr;
}

void appendUtf8Escaped(std::string& out, char32_t c)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    out += "\\U";
    for (int shift = 28; shift >= 0; shift -= 4) out += kHex[c >> shift & 0xF];
}

} // namespace

std::string GrammarWriter::reserve(std::string_view wanted)
{
    constexpr std::size_t kLongest = 100;
    std::string name;
    for (const char c : wanted.substr(0, kLongest)) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += fits ? c : '-';
    }
    if (name.empty()) name = "rule";
    std::string unique = name;
    for (std::size_t number = 0; m_rules.contains(unique) || findJsonRule(unique); ++number) {
        if (number == 0) number = m_rules.size(); // names taken before are fewer than that: a free one is near
        unique = name + "-" + std::to_string(number);
    }
    m_rules.emplace(unique, std::string());
    return unique;
}

void GrammarWriter::set(const std::string& name, std::string body)
{
    if (body.find_first_not_of(' ') == std::string::npos) body = "\"\""; // else it would go on in the next line
    m_size += name.size() + body.size() + 6;
    m_rules[name] = std::move(body);
}

std::string GrammarWriter::add(std::string_view wanted, std::string body)
{
    std::string name = reserve(wanted);
    set(name, std::move(body));
    return name;
}

const std::string& GrammarWriter::json(const std::string& name)
{
    const JsonRule* const rule = findJsonRule(name);
    assert(rule);
    const auto [entry, isNew] = m_rules.try_emplace(name);
    if (isNew) {
        set(name, rule->body);
        for (std::string_view needs = rule->needs; !needs.empty();) {
            const std::size_t end = std::min(needs.find(' '), needs.size());
            json(std::string(needs.substr(0, end)));
            needs.remove_prefix(std::min(end + 1, needs.size()));
        }
    }
    return entry->first;
}

std::string GrammarWriter::literal(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\', out += c;
        else if (c == '\n') out += "\\n";
        else if (c == '\r') out += "\\r";
        else if (c == '\t') out += "\\t";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) appendUtf8Escaped(out, static_cast<unsigned char>(c));
        else out += c;
    }
    return out + '"';
}

std::string GrammarWriter::inClass(char32_t c)
{
    std::string out;
    const bool isPlain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (isPlain) out += static_cast<char>(c);
    else appendUtf8Escaped(out, c);
    return out;
}

Result<std::string> GrammarWriter::text() const
{
    if (m_size > kMostBytes) return fail(ErrorCode::InvalidArgument, "the grammar of this schema is too large");
    std::string out;
    for (const auto& [name, body] : m_rules) out += name + " ::= " + body + "\n";
    return out;
}

} // namespace corral::text
