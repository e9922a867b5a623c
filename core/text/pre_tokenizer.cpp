#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/text/pre_tokenizer.h"

#include "core/text/unicode.h"

#include <pcre2.h>

#include <algorithm>
#include <array>

namespace corral::text {

struct PreTokenizer::Compiled {
    struct FreeCode {
        void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    };
    std::unique_ptr<pcre2_code, FreeCode> code;
    Cut cut = Cut::Match;
};

namespace {

struct FreeMatch {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

// The members of White_Space (unicode.h isSpace). PCRE2's own \s also counts U+180E, which the vocabularies were not trained with.
constexpr std::string_view kSpaceMembers =
    R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

std::string spellSpaces(std::string_view pattern)
{
    std::string out;
    bool inClass = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char next = pattern[++i];
            if (next == 's' && inClass)
                out += kSpaceMembers;
            else if (next == 's')
                out.append("[").append(kSpaceMembers).append("]");
            else if (next == 'S' && !inClass)
                out.append("[^").append(kSpaceMembers).append("]");
            else
                out.append({c, next});
            continue;
        }
        if (c == '[') inClass = true;
        if (c == ']') inClass = false;
        out += c;
    }
    return out;
}

// Encoded surrogates are characters to the vocabularies but not to PCRE2: it gets a private-use character of the same size instead.
bool hideSurrogates(std::string_view text, std::string& copy)
{
    const auto isSurrogate = [](std::string_view t, std::size_t i) {
        return i + 2 < t.size() && t[i] == '\xED' && static_cast<unsigned char>(t[i + 1]) >= 0xA0;
    };
    bool found = false;
    for (std::size_t i = text.find('\xED'); i != std::string_view::npos; i = text.find('\xED', i + 1)) {
        if (!isSurrogate(text, i)) continue;
        if (!found) copy = text;
        found = true;
        copy.replace(i, 3, "\xEE\x80\x80");
    }
    return found;
}

// `size` bytes of `text` cut into groups of three characters from the right; returns what the first cuts off.
void cutThrees(std::string_view text, std::vector<std::size_t>& sizes)
{
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < text.size(); i += sequenceLength(static_cast<unsigned char>(text[i]))) starts.push_back(i);
    std::size_t done = 0;
    for (std::size_t i = starts.size() % 3 ? starts.size() % 3 : 3; i < starts.size(); i += 3) {
        sizes.push_back(starts[i] - done);
        done = starts[i];
    }
    sizes.push_back(text.size() - done);
}

// Appends the sizes of the pieces of `text`.
void apply(const pcre2_code* code, Cut cut, std::string_view text, pcre2_match_data* match, pcre2_match_context* context,
           std::vector<std::size_t>& sizes)
{
    const auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    const PCRE2_SIZE* span = pcre2_get_ovector_pointer(match);
    std::size_t done = 0;   // where the next piece begins
    std::size_t search = 0; // where the next match may begin
    const auto cutAt = [&](std::size_t end) {
        if (end > done) sizes.push_back(end - done);
        done = end;
    };
    while (search < text.size()) {
        // A failure of the matcher itself (its limits) leaves the rest in one piece.
        if (pcre2_match(code, subject, text.size(), search, PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, match, context) < 0) break;
        const std::size_t begin = span[0], end = span[1];
        if (end <= begin) break;
        search = end;
        if (cut == Cut::Match) {
            cutAt(begin);
            cutAt(end);
            continue;
        }
        std::vector<std::size_t> groups;
        cutThrees(text.substr(begin, end - begin), groups);
        if (cut == Cut::AtThrees && groups.front() == 3) cutAt(begin);
        std::size_t at = begin;
        for (std::size_t i = 0; i + 1 < groups.size(); ++i) cutAt(at += groups[i]);
        if (cut == Cut::Threes) cutAt(end);
    }
    cutAt(text.size());
}

} // namespace

PreTokenizer::PreTokenizer() = default;
PreTokenizer::PreTokenizer(PreTokenizer&&) noexcept = default;
PreTokenizer& PreTokenizer::operator=(PreTokenizer&&) noexcept = default;
PreTokenizer::~PreTokenizer() = default;

Result<PreTokenizer> PreTokenizer::compile(std::span<const Expression> expressions)
{
    PreTokenizer out;
    for (const Expression& expression : expressions) {
        const std::string pattern = spellSpaces(expression.pattern);
        int error = 0;
        PCRE2_SIZE where = 0;
        Compiled compiled{.code = {}, .cut = expression.cut};
        compiled.code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                          PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY, &error, &where, nullptr));
        if (!compiled.code) {
            std::array<PCRE2_UCHAR, 256> message{};
            pcre2_get_error_message(error, message.data(), message.size());
            return fail(ErrorCode::Unsupported, "expression '{}' of the pre-tokenizer: {} at {}", expression.pattern,
                        reinterpret_cast<const char*>(message.data()), where);
        }
        pcre2_jit_compile(compiled.code.get(), PCRE2_JIT_COMPLETE); // without it (no executable memory) the interpreter matches the same
        out.m_expressions.push_back(std::move(compiled));
    }
    return out;
}

std::vector<std::size_t> PreTokenizer::split(std::string_view text) const
{
    std::vector<std::size_t> sizes;
    if (text.empty()) return sizes;
    sizes.push_back(text.size());
    std::string copy;
    if (hideSurrogates(text, copy)) text = copy;
    const std::unique_ptr<pcre2_match_data, FreeMatch> match(pcre2_match_data_create(1, nullptr));
    const std::unique_ptr<pcre2_match_context, FreeMatch> context(pcre2_match_context_create(nullptr));
    if (!match || !context) return sizes;
    pcre2_set_match_limit(context.get(), 50'000'000);
    pcre2_set_heap_limit(context.get(), 16 * 1024); // KiB; the interpreter's
    std::vector<std::size_t> next;
    for (const Compiled& expression : m_expressions) {
        next.clear();
        std::size_t begin = 0;
        for (const std::size_t size : sizes) {
            apply(expression.code.get(), expression.cut, text.substr(begin, size), match.get(), context.get(), next);
            begin += size;
        }
        sizes.swap(next);
    }
    return sizes;
}

} // namespace corral::text
