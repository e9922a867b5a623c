#include "core/sample/grammar/gbnf.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

namespace corral::sample {

std::string placeIn(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0
    const auto column = std::ranges::count_if(before.substr(lineStart), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }) + 1;
    return std::format("line {}, column {}", line, column);
}

namespace {

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Recursive descent. A function that fails returns an Error already with its place; m_at is then no longer looked at.
class Parser {
public:
    Parser(std::string_view text, const Gbnf::TokenOf& tokenOf) : m_text(text), m_tokenOf(tokenOf) {}

    Result<Gbnf> parse()
    {
        if (m_text.size() > Gbnf::kMostBytes) return fail(ErrorCode::InvalidArgument, "a grammar of {} bytes is too long", m_text.size());
        skipSpace(true);
        while (m_at < m_text.size())
            if (auto rule = parseRule(); !rule) return std::unexpected(rule.error());
        for (const Gbnf::Rule& rule : m_out.rules)
            if (rule.body < 0) return failAt(rule.offset, std::format("rule '{}' is not defined", rule.name));
        const auto root = m_rules.find("root");
        if (root == m_rules.end()) return fail(ErrorCode::InvalidArgument, "the grammar has no rule 'root'");
        m_out.root = root->second;
        return std::move(m_out);
    }

private:
    using NodeResult = Result<std::uint32_t>;

    std::unexpected<Error> failAt(std::size_t offset, std::string_view what) const
    {
        return fail(ErrorCode::InvalidArgument, "grammar, {}: {}", placeIn(m_text, offset), what);
    }
    std::unexpected<Error> failHere(std::string_view what) const { return failAt(m_at, what); }

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    bool atEnd() const { return m_at >= m_text.size(); }
    bool take(char c)
    {
        if (atEnd() || m_text[m_at] != c) return false;
        ++m_at;
        return true;
    }

    void skipSpace(bool newLines)
    {
        while (!atEnd()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || (newLines && (c == '\n' || c == '\r'))) ++m_at;
            else if (c == '#') m_at = std::min(m_text.find_first_of("\r\n", m_at), m_text.size());
            else break;
        }
    }

    // A rule goes on in the next line only where that begins with '|'.
    void skipToBar()
    {
        const std::size_t before = m_at;
        skipSpace(true);
        if (peek() != '|') m_at = before;
    }

    std::uint32_t add(Gbnf::Node node)
    {
        m_out.nodes.push_back(node);
        return static_cast<std::uint32_t>(m_out.nodes.size() - 1);
    }
    // A sequence or alternatives of one part are that part.
    std::uint32_t addGroup(Gbnf::Kind kind, const std::vector<std::uint32_t>& parts)
    {
        if (parts.size() == 1) return parts.front();
        const auto first = static_cast<std::uint32_t>(m_out.children.size());
        m_out.children.insert(m_out.children.end(), parts.begin(), parts.end());
        return add({.kind = kind, .first = first, .count = static_cast<std::uint32_t>(parts.size())});
    }

    Result<std::uint32_t> parseName(const char* what)
    {
        const std::size_t begin = m_at;
        while (!atEnd() && isNameCharacter(peek())) ++m_at;
        if (m_at == begin) return failAt(begin, std::format("expected {}", what));
        std::string name(m_text.substr(begin, m_at - begin));
        const auto [found, isNew] = m_rules.try_emplace(name, static_cast<std::uint32_t>(m_out.rules.size()));
        if (isNew) m_out.rules.push_back({.name = std::move(name), .body = -1, .offset = begin});
        return found->second;
    }

    Result<void> parseRule()
    {
        const std::size_t begin = m_at;
        const auto rule = parseName("the name of a rule");
        if (!rule) return std::unexpected(rule.error());
        skipSpace(false);
        if (!m_text.substr(m_at).starts_with("::=")) return failHere("expected '::=' after the name of a rule");
        m_at += 3;
        skipSpace(true);
        const auto body = parseAlternatives(0);
        if (!body) return std::unexpected(body.error());
        if (m_out.rules[*rule].body >= 0) return failAt(begin, std::format("rule '{}' is defined twice", m_out.rules[*rule].name));
        m_out.rules[*rule].body = *body;
        if (!atEnd() && peek() != '\n' && peek() != '\r') return failHere("expected the end of the line");
        skipSpace(true);
        return {};
    }

    NodeResult parseAlternatives(int depth)
    {
        std::vector<std::uint32_t> options;
        while (true) {
            const auto sequence = parseSequence(depth);
            if (!sequence) return sequence;
            options.push_back(*sequence);
            if (depth == 0) skipToBar();
            if (!take('|')) return addGroup(Gbnf::Kind::Alternatives, options);
            skipSpace(true);
        }
    }

    NodeResult parseSequence(int depth)
    {
        std::vector<std::uint32_t> items;
        const bool nested = depth > 0;
        while (true) {
            skipSpace(nested);
            const char c = peek();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                if (items.empty()) return failHere("nothing stands before this repetition");
                const auto repeated = parseRepetition(items.back());
                if (!repeated) return repeated;
                items.back() = *repeated;
                continue;
            }
            NodeResult item = 0;
            if (c == '"') item = parseLiteral();
            else if (c == '[') item = parseClass();
            else if (c == '.') item = parseAny();
            else if (c == '<' || c == '!') item = parseToken();
            else if (c == '(') item = parseGroup(depth);
            else if (!atEnd() && isNameCharacter(c)) item = parseReference();
            else break;
            if (!item) return item;
            items.push_back(*item);
        }
        return addGroup(Gbnf::Kind::Sequence, items);
    }

    NodeResult parseGroup(int depth)
    {
        if (depth >= Gbnf::kMostDepth) return failHere(std::format("more than {} parentheses inside each other", Gbnf::kMostDepth));
        const std::size_t open = m_at++;
        const auto inside = parseAlternatives(depth + 1);
        if (!inside) return inside;
        skipSpace(true);
        if (!take(')')) return failAt(open, "this '(' is never closed");
        return inside;
    }

    NodeResult parseReference()
    {
        const auto rule = parseName("a rule");
        if (!rule) return rule;
        return add({.kind = Gbnf::Kind::Reference, .first = *rule});
    }

    NodeResult parseAny()
    {
        ++m_at;
        return addClass({{0, 0x10FFFF}});
    }

    std::uint32_t addClass(const std::vector<CodeRange>& ranges)
    {
        const auto first = static_cast<std::uint32_t>(m_out.ranges.size());
        m_out.ranges.insert(m_out.ranges.end(), ranges.begin(), ranges.end());
        return add({.kind = Gbnf::Kind::Class, .first = first, .count = static_cast<std::uint32_t>(ranges.size())});
    }

    NodeResult parseLiteral()
    {
        const std::size_t open = m_at++;
        const auto first = static_cast<std::uint32_t>(m_out.codePoints.size());
        while (peek() != '"' || atEnd()) {
            if (atEnd()) return failAt(open, "this '\"' is never closed");
            const auto c = parseCharacter();
            if (!c) return std::unexpected(c.error());
            m_out.codePoints.push_back(*c);
        }
        ++m_at;
        return add({.kind = Gbnf::Kind::Literal, .first = first, .count = static_cast<std::uint32_t>(m_out.codePoints.size()) - first});
    }

    NodeResult parseClass()
    {
        const std::size_t open = m_at++;
        const bool negated = take('^');
        std::vector<CodeRange> ranges;
        while (peek() != ']' || atEnd()) {
            if (atEnd()) return failAt(open, "this '[' is never closed");
            const std::size_t begin = m_at;
            const auto low = parseCharacter();
            if (!low) return std::unexpected(low.error());
            char32_t high = *low;
            if (peek() == '-' && m_at + 1 < m_text.size() && peek(1) != ']') {
                ++m_at;
                const auto end = parseCharacter();
                if (!end) return std::unexpected(end.error());
                high = *end;
            }
            if (high < *low) return failAt(begin, "the ends of this range are the wrong way round");
            ranges.push_back({*low, high});
        }
        ++m_at;
        ranges = normalized(std::move(ranges));
        return addClass(negated ? complement(ranges) : ranges);
    }

    // One character of a literal or class, escapes resolved.
    Result<char32_t> parseCharacter()
    {
        if (peek() != '\\') return parseUtf8();
        const std::size_t begin = m_at++;
        const char c = peek();
        if (!atEnd()) ++m_at;
        switch (c) {
        case 'n': return U'\n';
        case 'r': return U'\r';
        case 't': return U'\t';
        case '\\': case '"': case '[': case ']': case '-': return static_cast<char32_t>(c);
        case 'x': return parseHex(begin, 2);
        case 'u': return parseHex(begin, 4);
        case 'U': return parseHex(begin, 8);
        default: return failAt(begin, "unknown escape");
        }
    }

    Result<char32_t> parseHex(std::size_t begin, std::size_t digits)
    {
        std::uint32_t value = 0;
        const char* const first = m_text.data() + m_at;
        const char* const last = first + std::min(digits, m_text.size() - m_at);
        const auto [end, error] = std::from_chars(first, last, value, 16);
        if (error != std::errc{} || end != first + digits) return failAt(begin, std::format("expected {} hexadecimal digits", digits));
        if (value > 0x10FFFF) return failAt(begin, "this is no Unicode code point");
        m_at += digits;
        return value;
    }

    Result<char32_t> parseUtf8()
    {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(peek(i)); };
        const unsigned char lead = byte(0);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
        if (length == 0 || m_at + length > m_text.size()) return failHere("invalid UTF-8");
        char32_t c = length == 1 ? lead : lead & (0xFF >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) {
            if ((byte(i) & 0xC0) != 0x80) return failHere("invalid UTF-8");
            c = c << 6 | (byte(i) & 0x3F);
        }
        m_at += length;
        return c;
    }

    // <text>, <[id]>, !<text>, !<[id]>
    NodeResult parseToken()
    {
        const std::size_t begin = m_at;
        const bool negated = take('!');
        if (peek() != '<') return failAt(begin, "expected a token, as in !<text>, after '!'");
        std::int64_t token = -1;
        if (peek(1) == '[') {
            m_at += 2;
            const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), token);
            if (error != std::errc{} || token < 0 || token > 0x7FFFFFFF) return failAt(begin, "expected a token's number");
            m_at = static_cast<std::size_t>(end - m_text.data());
            if (!take(']') || !take('>')) return failAt(begin, "expected ']>' after a token's number");
        } else {
            const std::size_t end = m_text.find_first_of(">\n", m_at);
            if (end == std::string_view::npos || m_text[end] != '>') return failAt(begin, "this '<' is never closed");
            const std::string_view text = m_text.substr(m_at, end + 1 - m_at);
            token = m_tokenOf ? m_tokenOf(text) : -1;
            if (token < 0) return failAt(begin, std::format("'{}' is not one token of this model", text));
            m_at = end + 1;
        }
        return add({.kind = Gbnf::Kind::Token, .negated = negated, .first = static_cast<std::uint32_t>(token)});
    }

    Result<std::optional<std::uint32_t>> parseNumber()
    {
        skipSpace(false);
        const std::size_t begin = m_at;
        while (peek() >= '0' && peek() <= '9') ++m_at;
        if (m_at == begin) return std::nullopt;
        std::uint32_t value = 0;
        if (std::from_chars(m_text.data() + begin, m_text.data() + m_at, value).ec != std::errc{}) value = Gbnf::kUnbounded - 1;
        skipSpace(false);
        return value;
    }

    NodeResult parseRepetition(std::uint32_t item)
    {
        const std::size_t begin = m_at;
        const char c = m_text[m_at++];
        Gbnf::Node node{.kind = Gbnf::Kind::Repetition, .first = item, .least = c == '+' ? 1u : 0u, .most = c == '?' ? 1 : Gbnf::kUnbounded};
        if (c == '{') {
            const auto least = parseNumber();
            if (!least) return std::unexpected(least.error());
            node.least = least->value_or(0);
            node.most = node.least;
            if (take(',')) {
                const auto most = parseNumber();
                if (!most) return std::unexpected(most.error());
                node.most = most->value_or(Gbnf::kUnbounded);
            } else if (!*least) {
                return failAt(begin, "expected a number of repetitions");
            }
            if (!take('}')) return failAt(begin, "this '{' is never closed");
            if (node.most < node.least) return failAt(begin, "fewer repetitions at most than at least");
            if (node.least > Gbnf::kMostRepetitions)
                return failAt(begin, std::format("more than {} repetitions at least", Gbnf::kMostRepetitions));
            if (node.most > Gbnf::kMostRepetitions) node.most = Gbnf::kUnbounded;
        }
        return add(node);
    }

    std::string_view m_text;
    const Gbnf::TokenOf& m_tokenOf;
    std::size_t m_at = 0;
    Gbnf m_out;
    std::unordered_map<std::string, std::uint32_t> m_rules;
};

} // namespace

Result<Gbnf> Gbnf::parse(std::string_view text, const TokenOf& tokenOf) { return Parser(text, tokenOf).parse(); }

} // namespace corral::sample
