#include "core/text/jinja/unicode.h"

#include <utf8proc.h>

#include <cstring>

namespace corral::text::jinja {

namespace {

constexpr char32_t kInvalidByte = 0xDC00; // + the byte, as Python's surrogateescape

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

template <class Map> std::string mapped(std::string_view text, Map map)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) map(out, decodeAt(text, at));
    return out;
}

void appendUpper(std::string& out, char32_t c)
{
    if (c == U'ß')
        out += "SS"; // the one common letter whose capital form is two
    else
        encode(out, c < 0x110000 ? static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))) : c);
}

void appendLower(std::string& out, char32_t c) { encode(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)))); }

template <class In> std::string_view strip(std::string_view text, Side side, In in)
{
    if (side != Side::Right)
        while (!text.empty()) {
            std::size_t next = 0;
            if (!in(decodeAt(text, next))) break;
            text.remove_prefix(next);
        }
    if (side != Side::Left)
        while (!text.empty()) {
            std::size_t last = text.size() - 1;
            while (last > 0 && continues(text[last]) && text.size() - last < 4) --last;
            std::size_t next = last;
            char32_t c = decodeAt(text, next);
            if (next != text.size()) { // a stray continuation byte: judge it alone
                last = next = text.size() - 1;
                c = decodeAt(text, next);
            }
            if (!in(c)) break;
            text = text.substr(0, last);
        }
    return text;
}

} // namespace

char32_t decodeAt(std::string_view text, std::size_t& position)
{
    const auto lead = static_cast<unsigned char>(text[position]);
    if (lead < 0x80) {
        ++position;
        return lead;
    }
    utf8proc_int32_t c = 0;
    const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + position),
                                    static_cast<utf8proc_ssize_t>(text.size() - position), &c);
    if (n <= 0) {
        ++position;
        return kInvalidByte + lead;
    }
    position += static_cast<std::size_t>(n);
    return static_cast<char32_t>(c);
}

void encode(std::string& out, char32_t character)
{
    if (character < 0x80) {
        out += static_cast<char>(character);
    } else if (character >= kInvalidByte + 0x80 && character <= kInvalidByte + 0xFF) {
        out += static_cast<char>(character - kInvalidByte);
    } else {
        utf8proc_uint8_t bytes[4];
        const auto n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
        out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
    }
}

std::size_t characters(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) decodeAt(text, at);
    return count;
}

std::size_t byteOffset(std::string_view text, std::size_t character)
{
    std::size_t at = 0;
    while (character-- > 0 && at < text.size()) decodeAt(text, at);
    return at;
}

bool isSpace(char32_t c)
{
    return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isPrintable(char32_t c)
{
    if (c == U' ') return true;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS: return false;
    default: return true;
    }
}

bool isLetter(char32_t c)
{
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool isDigit(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_ND; }
bool isUpper(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LU; }
bool isLower(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LL; }

std::string upper(std::string_view text) { return mapped(text, appendUpper); }
std::string lower(std::string_view text) { return mapped(text, appendLower); }

std::string capitalize(std::string_view text)
{
    return mapped(text, [first = true](std::string& out, char32_t c) mutable {
        if (first)
            encode(out, static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
        else
            appendLower(out, c);
        first = false;
    });
}

std::string title(std::string_view text)
{
    return mapped(text, [inWord = false](std::string& out, char32_t c) mutable {
        const bool cased = isLetter(c);
        if (cased && !inWord)
            encode(out, static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
        else
            appendLower(out, c);
        inWord = cased;
    });
}

std::string_view stripSpace(std::string_view text, Side side) { return strip(text, side, isSpace); }

std::string_view stripCharacters(std::string_view text, std::string_view set, Side side)
{
    std::u32string characters;
    for (std::size_t at = 0; at < set.size();) characters += decodeAt(set, at);
    return strip(text, side, [&](char32_t c) { return characters.contains(c); });
}

std::size_t findText(std::string_view text, std::string_view part, std::size_t from)
{
    if (from > text.size()) return std::string_view::npos;
    if (part.empty()) return from;
    const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
}

} // namespace corral::text::jinja
