#include "core/text/unicode.h"

#include <utf8proc.h>

#include <array>

namespace corral::text {

namespace {

bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

utf8proc_category_t category(char32_t codePoint) { return utf8proc_category(static_cast<utf8proc_int32_t>(codePoint)); }

} // namespace

Decoded decodeLenient(std::string_view text, std::size_t position)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = sequenceLength(lead);
    if (size == 1 || lead >= 0xF8 || position + size > text.size()) return {kReplacement, 1, false};
    char32_t codePoint = lead & (0x7F >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!isContinuation(byte(i))) return {kReplacement, 1, false};
        codePoint = codePoint << 6 | (byte(i) & 0x3F);
    }
    if (codePoint > 0x10FFFF) return {kReplacement, 1, false};
    return {codePoint, size, true};
}

bool isValidUtf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            ++i;
            continue;
        }
        const Decoded decoded = decodeLenient(text, i);
        constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
        if (!decoded.valid || decoded.codePoint < kSmallest[decoded.size]) return false;
        if (decoded.codePoint >= 0xD800 && decoded.codePoint <= 0xDFFF) return false;
        i += decoded.size;
    }
    return true;
}

std::string repairLenient(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const Decoded decoded = decodeLenient(text, i);
        appendUtf8(out, decoded.codePoint);
        i += decoded.size;
    }
    return out;
}

void appendUtf8(std::string& out, char32_t codePoint)
{
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (codePoint >> shift & 0x3F)); };
    if (codePoint < 0x80) {
        out += static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        out += static_cast<char>(0xC0 | codePoint >> 6);
        tail(0);
    } else if (codePoint < 0x10000) {
        out += static_cast<char>(0xE0 | codePoint >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | codePoint >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

bool isSpace(char32_t c)
{
    if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool isPunctuation(char32_t codePoint)
{
    const auto c = category(codePoint);
    return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}

bool isControl(char32_t codePoint)
{
    const auto c = category(codePoint);
    return c >= UTF8PROC_CATEGORY_CC && c <= UTF8PROC_CATEGORY_CO;
}

bool isMark(char32_t codePoint)
{
    const auto c = category(codePoint);
    return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

char32_t toLower(char32_t codePoint) { return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(codePoint))); }

char32_t baseCharacter(char32_t codePoint)
{
    if (codePoint < 0x80 || codePoint > 0x10FFFF) return codePoint;
    std::array<utf8proc_int32_t, 32> decomposed; // the longest canonical decomposition has 4 code points
    int lastBoundClass = 0;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(codePoint), decomposed.data(), decomposed.size(),
                                               UTF8PROC_DECOMPOSE, &lastBoundClass);
    return count > 0 ? static_cast<char32_t>(decomposed[0]) : codePoint;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to)
{
    std::string out;
    out.reserve(text.size());
    std::size_t done = 0;
    for (std::size_t at; (at = text.find(from, done)) != std::string_view::npos; done = at + from.size())
        out.append(text, done, at - done).append(to);
    return out.append(text, done);
}

} // namespace corral::text
