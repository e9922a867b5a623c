#include "core/text/jinja/lexer.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <array>

namespace corral::text::jinja {

namespace {

bool nameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hexDigit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
unsigned hexValue(char c) { return digit(c) ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 32) - 'a' + 10); }

class Lexer {
public:
    explicit Lexer(std::string_view source) : m_source(source) {}

    std::vector<Token> run()
    {
        while (m_at < m_source.size()) data();
        add(Token::Kind::End, {});
        return std::move(m_tokens);
    }

private:
    std::string_view rest() const { return m_source.substr(m_at); }
    bool starts(std::string_view text) const { return rest().starts_with(text); }
    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_source.size() ? m_source[m_at + ahead] : '\0'; }

    void advance(std::size_t count)
    {
        m_line += static_cast<std::uint32_t>(std::ranges::count(m_source.substr(m_at, count), '\n'));
        m_at += count;
    }

    void skipSpace() { advance(rest().size() - stripSpace(rest(), Side::Left).size()); }
    void add(Token::Kind kind, std::string text) { m_tokens.push_back({kind, m_line, std::move(text)}); }

    // Everything up to the next tag, then the tag.
    void data()
    {
        const auto start = m_at;
        std::size_t open = start;
        for (;; ++open) {
            open = m_source.find('{', open);
            if (open == std::string_view::npos || open + 1 >= m_source.size()) {
                open = m_source.size();
                break;
            }
            const char c = m_source[open + 1];
            if (c == '{' || c == '%' || c == '#') break;
        }
        std::string_view text = m_source.substr(start, open - start);
        if (open < m_source.size()) text = stripped(text, m_source[open + 1], open + 2 < m_source.size() ? m_source[open + 2] : '\0');
        if (!text.empty()) add(Token::Kind::Data, std::string(text));
        advance(open - start);
        if (m_at == m_source.size()) return;
        tag();
        m_lineStarts = m_at > 0 && m_source[m_at - 1] == '\n';
    }

    // The text before a tag, less what `-` or lstrip_blocks take from its end.
    std::string_view stripped(std::string_view text, char tagKind, char sign) const
    {
        if (sign == '-') return stripSpace(text, Side::Right);
        if (sign == '+' || tagKind == '{') return text;
        const auto newline = text.rfind('\n');
        const std::size_t lineStart = newline == std::string_view::npos ? 0 : newline + 1;
        if (lineStart == 0 && !m_lineStarts) return text;
        return stripSpace(text.substr(lineStart), Side::Left).empty() ? text.substr(0, lineStart) : text;
    }

    void tag()
    {
        const char kind = peek(1);
        const auto line = m_line;
        const char sign = peek(2);
        const std::size_t opening = 2u + (sign == '-' || sign == '+' ? 1 : 0);
        if (kind == '#') {
            comment(line);
        } else if (kind == '%') {
            if (raw()) return;
            advance(opening);
            add(Token::Kind::BlockBegin, {});
            expression("%}", line);
            add(Token::Kind::BlockEnd, {});
            closeBlock();
        } else {
            advance(opening);
            add(Token::Kind::OutputBegin, {});
            expression("}}", line);
            add(Token::Kind::OutputEnd, {});
            const bool strip = starts("-");
            advance(strip ? 3 : 2);
            if (strip) skipSpace();
        }
    }

    // At `%}`, `-%}`, `+%}` (or the same with #): consumes it and the whitespace that goes with it (trim_blocks: one newline).
    void closeBlock()
    {
        const char sign = peek();
        advance(sign == '-' || sign == '+' ? 3 : 2);
        if (sign == '-')
            skipSpace();
        else if (sign != '+' && peek() == '\n')
            advance(1);
    }

    void comment(std::uint32_t line)
    {
        auto end = m_source.find("#}", m_at + 2);
        if (end == std::string_view::npos) faultAt(line, "a comment that is not closed");
        if (end > m_at + 2 && (m_source[end - 1] == '-' || m_source[end - 1] == '+')) --end;
        advance(end - m_at);
        closeBlock();
    }

    // `{%[-+] word [-]%}` at `at`: the length, or 0.
    std::size_t bareTag(std::size_t at, std::string_view word, bool& minusBefore, char& signAfter) const
    {
        auto text = m_source.substr(at);
        const auto size = text.size();
        if (!text.starts_with("{%")) return 0;
        text.remove_prefix(2);
        minusBefore = text.starts_with('-');
        if (minusBefore || text.starts_with('+')) text.remove_prefix(1);
        text = stripSpace(text, Side::Left);
        if (!text.starts_with(word)) return 0;
        text = stripSpace(text.substr(word.size()), Side::Left);
        signAfter = text.starts_with('-') ? '-' : text.starts_with('+') ? '+' : '\0';
        if (signAfter) text.remove_prefix(1);
        return text.starts_with("%}") ? size - text.size() + 2 : 0;
    }

    bool raw()
    {
        bool minus = false;
        char sign = 0;
        const auto length = bareTag(m_at, "raw", minus, sign);
        if (!length) return false;
        const auto line = m_line;
        advance(length);
        if (sign == '-') skipSpace();
        m_lineStarts = m_source[m_at - 1] == '\n';
        const auto start = m_at;
        for (auto at = m_source.find("{%", start); at != std::string_view::npos; at = m_source.find("{%", at + 2)) {
            const auto closing = bareTag(at, "endraw", minus, sign);
            if (!closing) continue;
            auto text = m_source.substr(start, at - start);
            text = stripped(text, '%', m_source[at + 2]);
            if (!text.empty()) add(Token::Kind::Data, std::string(text));
            advance(at + closing - start);
            if (sign == '-')
                skipSpace();
            else if (sign != '+' && peek() == '\n')
                advance(1);
            return true;
        }
        faultAt(line, "raw without endraw");
    }

    void expression(std::string_view closing, std::uint32_t openedAt)
    {
        std::string brackets;
        while (true) {
            skipSpace();
            if (m_at >= m_source.size()) faultAt(openedAt, "a tag that is not closed with {}", closing);
            if (brackets.empty()) {
                const char c = peek();
                if (starts(closing) || ((c == '-' || (c == '+' && closing == "%}")) && rest().substr(1).starts_with(closing))) return;
            }
            const char c = peek();
            if (digit(c))
                number();
            else if (nameStart(c))
                name();
            else if (c == '"' || c == '\'')
                string(c);
            else
                symbol(brackets);
        }
    }

    void name()
    {
        std::size_t n = 1;
        while (nameStart(peek(n)) || digit(peek(n))) ++n;
        add(Token::Kind::Name, std::string(rest().substr(0, n)));
        advance(n);
    }

    void number()
    {
        std::size_t n = 0;
        std::string text;
        const auto digits = [&](auto&& accepts) {
            while (accepts(peek(n)) || (peek(n) == '_' && accepts(peek(n + 1)))) {
                if (peek(n) != '_') text += peek(n);
                ++n;
            }
        };
        if (peek() == '0' && (peek(1) | 32) == 'x' && hexDigit(peek(2))) {
            text = "0x";
            n = 2;
            digits(hexDigit);
            add(Token::Kind::Integer, std::move(text));
            advance(n);
            return;
        }
        digits(digit);
        bool floating = false;
        const bool afterDot = !m_tokens.empty() && m_tokens.back().kind == Token::Kind::Operator && m_tokens.back().text == ".";
        if (!afterDot) { // `list.0.1` is two indices, not one number
            if (peek(n) == '.' && digit(peek(n + 1))) {
                floating = true;
                text += '.';
                ++n;
                digits(digit);
            }
            const std::size_t sign = peek(n + 1) == '+' || peek(n + 1) == '-' ? 1 : 0;
            if ((peek(n) | 32) == 'e' && digit(peek(n + 1 + sign))) {
                floating = true;
                text += 'e';
                if (sign) text += peek(n + 1);
                n += 1 + sign;
                digits(digit);
            }
        }
        add(floating ? Token::Kind::Float : Token::Kind::Integer, std::move(text));
        advance(n);
    }

    void string(char quote)
    {
        const auto line = m_line;
        std::string text;
        std::size_t n = 1;
        while (m_at + n < m_source.size() && peek(n) != quote) {
            if (peek(n) != '\\')
                text += peek(n++);
            else
                n += escape(text, n);
        }
        if (m_at + n >= m_source.size()) faultAt(line, "a string that is not closed");
        add(Token::Kind::String, std::move(text));
        advance(n + 1);
    }

    // The escape at peek(n) (a backslash): appends what it stands for, returns its length.
    std::size_t escape(std::string& text, std::size_t n) const
    {
        const char c = peek(n + 1);
        static constexpr std::string_view kFrom = "nrtabfv\\'\"", kTo = "\n\r\t\a\b\f\v\\'\"";
        if (c >= '0' && c <= '7') {
            std::size_t digits = 0;
            char32_t value = 0;
            for (; digits < 3 && peek(n + 1 + digits) >= '0' && peek(n + 1 + digits) <= '7'; ++digits)
                value = value * 8 + static_cast<char32_t>(peek(n + 1 + digits) - '0');
            encode(text, value);
            return 1 + digits;
        }
        if (const auto at = kFrom.find(c); c && at != std::string_view::npos) {
            text += kTo[at];
            return 2;
        }
        if (c == '\n') return 2; // a line continued
        const std::size_t wanted = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        char32_t value = 0;
        std::size_t digits = 0;
        while (digits < wanted && hexDigit(peek(n + 2 + digits))) value = value * 16 + hexValue(peek(n + 2 + digits++));
        if (wanted && (digits < wanted || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)))
            faultAt(m_line, "a bad escape \\{} in a string", c);
        if (wanted) {
            encode(text, value);
            return 2 + wanted;
        }
        text += '\\'; // Python keeps a backslash it does not know
        return 1;
    }

    void symbol(std::string& brackets)
    {
        static constexpr std::array<std::string_view, 6> kPairs = {"**", "//", "==", "!=", "<=", ">="};
        const char c = peek();
        for (const auto pair : kPairs)
            if (starts(pair)) {
                add(Token::Kind::Operator, std::string(pair));
                advance(2);
                return;
            }
        if (std::string_view("+-*/%~<>=.,:|()[]{};").find(c) == std::string_view::npos || c == '\0')
            faultAt(m_line, "an unexpected character '{}'", rest().substr(0, 1));
        if (c == '(' || c == '[' || c == '{') brackets += c == '(' ? ')' : c == '[' ? ']' : '}';
        if (c == ')' || c == ']' || c == '}') {
            if (brackets.empty() || brackets.back() != c) faultAt(m_line, "an unexpected '{}'", c);
            brackets.pop_back();
        }
        add(Token::Kind::Operator, std::string(1, c));
        advance(1);
    }

    std::string_view m_source;
    std::size_t m_at = 0;
    std::uint32_t m_line = 1;
    bool m_lineStarts = true; // the text after the last tag begins a line
    std::vector<Token> m_tokens;
};

} // namespace

std::string normalized(std::string_view source)
{
    std::string text;
    text.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            text += '\n';
            if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
        } else {
            text += source[i];
        }
    }
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

std::vector<Token> tokenize(std::string_view normalizedSource) { return Lexer(normalizedSource).run(); }

} // namespace corral::text::jinja
