#include "core/text/json_schema.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace corral::text {

namespace {

using Range = std::pair<char32_t, char32_t>;

// What JSON spells with a backslash inside a string.
struct Spelling {
    char32_t character;
    const char* gbnf;
};
constexpr Spelling kSpellings[] = {{U'"', R"("\\\"")"}, {U'\\', R"("\\\\")"}, {U'\n', R"("\\n")"}, {U'\r', R"("\\r")"}, {U'\t', R"("\\t")"},
                                   {U'\f', R"("\\f")"}, {U'\b', R"("\\b")"}};
constexpr std::string_view kNeverPlain = R"("\\\x00-\x1F\x7F)"; // inside a class

class PatternParser {
public:
    PatternParser(std::string_view pattern, GrammarWriter& writer) : m_pattern(pattern), m_writer(writer) {}

    Result<std::string> parse()
    {
        if (m_pattern.size() < 2 || m_pattern.front() != '^' || m_pattern.back() != '$') return std::string();
        m_at = 1;
        m_end = m_pattern.size() - 1;
        auto body = alternatives(0);
        if (!body) return body;
        if (m_unsupported) return std::string();
        if (m_at < m_end) return broken("')' without '('");
        return "(" + *body + ")";
    }

private:
    std::unexpected<Error> broken(std::string_view what) const
    {
        return fail(ErrorCode::InvalidArgument, "pattern '{}', at character {}: {}", m_pattern.substr(0, 200), m_at, what);
    }
    bool atEnd() const { return m_at >= m_end; }
    char peek() const { return atEnd() ? '\0' : m_pattern[m_at]; }
    std::string unsupported()
    {
        m_unsupported = true;
        m_at = m_end;
        return {};
    }

    Result<std::string> alternatives(int depth)
    {
        constexpr int kMostDepth = 100;
        if (depth > kMostDepth) return broken("too many parentheses inside each other");
        std::string out;
        while (true) {
            std::string sequence;
            while (!atEnd() && peek() != '|' && peek() != ')') {
                auto item = atom(depth);
                if (!item) return item;
                auto repeated = repetition(*item);
                if (!repeated) return repeated;
                sequence += (sequence.empty() ? "" : " ") + *repeated;
            }
            out += sequence;
            if (peek() != '|') return out;
            ++m_at;
            out += " | ";
        }
    }

    Result<std::string> atom(int depth)
    {
        const char c = peek();
        if (c == '(') {
            ++m_at;
            if (peek() == '?') {
                if (m_pattern.substr(m_at).starts_with("?:")) m_at += 2;
                else return unsupported(); // look-around, names
            }
            auto inside = alternatives(depth + 1);
            if (!inside || m_unsupported) return inside;
            if (peek() != ')') return broken("'(' is never closed");
            ++m_at;
            return "(" + *inside + ")";
        }
        if (c == '[') return characterClass();
        if (c == '.') return ++m_at, m_writer.json("char");
        if (c == '^' || c == '$') return unsupported();
        if (c == '*' || c == '+' || c == '?') return broken("nothing to repeat");
        if (c == '\\') {
            auto ranges = escape();
            if (!ranges) return std::unexpected(ranges.error());
            return spelled(*ranges, false);
        }
        const Decoded decoded = decodeLenient(m_pattern, m_at);
        m_at += decoded.size;
        return spelled({{decoded.codePoint, decoded.codePoint}}, false);
    }

    Result<std::string> repetition(std::string item)
    {
        while (!atEnd()) {
            const char c = peek();
            if (c == '*' || c == '+' || c == '?') {
                ++m_at;
                if (peek() == '?') ++m_at; // lazy: the same texts
                item = "(" + item + ")" + c;
            } else if (c == '{') {
                const std::size_t close = m_pattern.find('}', m_at);
                if (close >= m_end) return broken("'{' is never closed");
                const std::string_view inside = m_pattern.substr(m_at + 1, close - m_at - 1);
                if (inside.empty() || !std::ranges::all_of(inside, [](char d) { return (d >= '0' && d <= '9') || d == ','; }) || inside.front() == ',' ||
                    std::ranges::count(inside, ',') > 1)
                    return broken("expected {m}, {m,} or {m,n}");
                item = "(" + item + "){" + std::string(inside) + "}";
                m_at = close + 1;
            } else {
                break;
            }
        }
        return item;
    }

    // Behind a backslash: the characters meant.
    Result<std::vector<Range>> escape()
    {
        ++m_at;
        if (atEnd()) return broken("nothing behind '\\'");
        const char c = m_pattern[m_at++];
        switch (c) {
        case 'd': return std::vector<Range>{{'0', '9'}};
        case 'w': return std::vector<Range>{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
        case 's': return std::vector<Range>{{'\t', '\r'}, {' ', ' '}};
        case 'n': return std::vector<Range>{{'\n', '\n'}};
        case 'r': return std::vector<Range>{{'\r', '\r'}};
        case 't': return std::vector<Range>{{'\t', '\t'}};
        case 'f': return std::vector<Range>{{'\f', '\f'}};
        case 'x': return hexadecimal(2);
        case 'u': return hexadecimal(4);
        default: break;
        }
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            unsupported(); // back-references, \b, \p{…} and the like
            return std::vector<Range>{};
        }
        --m_at;
        const Decoded decoded = decodeLenient(m_pattern, m_at);
        m_at += decoded.size;
        return std::vector<Range>{{decoded.codePoint, decoded.codePoint}};
    }

    Result<std::vector<Range>> hexadecimal(std::size_t digits)
    {
        char32_t value = 0;
        for (; digits > 0; --digits, ++m_at) {
            const char c = peek();
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0) return broken("expected hexadecimal digits");
            value = value * 16 + static_cast<char32_t>(digit);
        }
        return std::vector<Range>{{value, value}};
    }

    Result<std::string> characterClass()
    {
        ++m_at;
        const bool negated = peek() == '^';
        if (negated) ++m_at;
        std::vector<Range> ranges;
        for (bool first = true; peek() != ']' || first; first = false) {
            if (atEnd()) return broken("'[' is never closed");
            if (peek() == ']') break; // "[]": no character at all
            auto low = classItem();
            if (!low) return std::unexpected(low.error());
            if (m_unsupported) return std::string();
            const bool isRange = peek() == '-' && m_at + 1 < m_end && m_pattern[m_at + 1] != ']' && low->size() == 1 && low->front().first == low->front().second;
            if (!isRange) {
                ranges.insert(ranges.end(), low->begin(), low->end());
                continue;
            }
            ++m_at;
            auto high = classItem();
            if (!high) return std::unexpected(high.error());
            if (m_unsupported) return std::string();
            if (high->size() != 1 || high->front().second < low->front().first) return broken("the ends of this range are the wrong way round");
            ranges.emplace_back(low->front().first, high->front().second);
        }
        ++m_at;
        return spelled(ranges, negated);
    }

    Result<std::vector<Range>> classItem()
    {
        if (peek() == '\\') return escape();
        const Decoded decoded = decodeLenient(m_pattern, m_at);
        m_at += decoded.size;
        return std::vector<Range>{{decoded.codePoint, decoded.codePoint}};
    }

    // The characters of a class as they stand in a JSON string: plain ones, and those that need a backslash.
    static std::string spelled(const std::vector<Range>& ranges, bool negated)
    {
        const auto holds = [&](char32_t c) {
            return negated != std::ranges::any_of(ranges, [c](const Range& r) { return r.first <= c && c <= r.second; });
        };
        std::vector<std::string> options;
        std::string plain;
        for (Range r : ranges) {
            if (negated) {
                plain += GrammarWriter::inClass(r.first) + "-" + GrammarWriter::inClass(r.second);
                continue;
            }
            // Without what JSON never has in a string as it is.
            constexpr Range kCuts[] = {{0, 0x1F}, {U'"', U'"'}, {U'\\', U'\\'}, {0x7F, 0x7F}};
            for (const Range& cut : kCuts) {
                if (r.first < cut.first && r.second >= cut.first) plain += GrammarWriter::inClass(r.first) + "-" + GrammarWriter::inClass(cut.first - 1);
                if (r.first <= cut.second && r.second >= cut.first) r.first = cut.second + 1;
            }
            if (r.first <= r.second) plain += GrammarWriter::inClass(r.first) + "-" + GrammarWriter::inClass(r.second);
        }
        if (negated) options.push_back("[^" + plain + std::string(kNeverPlain) + "]");
        else if (!plain.empty()) options.push_back("[" + plain + "]");
        for (const Spelling& spelling : kSpellings)
            if (holds(spelling.character)) options.emplace_back(spelling.gbnf);
        if (options.empty()) return "[]"; // no character at all
        if (options.size() == 1) return options.front();
        std::string out = "(" + options.front();
        for (std::size_t i = 1; i < options.size(); ++i) out += " | " + options[i];
        return out + ")";
    }

    std::string_view m_pattern;
    GrammarWriter& m_writer;
    std::size_t m_at = 0, m_end = 0;
    bool m_unsupported = false;
};

} // namespace

Result<std::string> grammarOfPattern(GrammarWriter& writer, std::string_view pattern) { return PatternParser(pattern, writer).parse(); }

} // namespace corral::text
