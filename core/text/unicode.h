#pragma once
// UTF-8 and the Unicode properties the tokenizers need. Character data come from utf8proc.
//
// Two readings of UTF-8 live here. The lenient one is the models' (golden/vocab): a sequence is taken by its lead byte's length, so
// overlong forms and encoded surrogates count as characters; only what does not fit that shape is invalid, byte by byte.
// The strict one is RFC 3629's, for what is shown to people.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corral::text {

inline constexpr char32_t kReplacement = 0xFFFD;
inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81"; // U+2581 ▁, how SPM and WPM vocabularies spell a space

// Bytes in a sequence that starts with `lead`; 1 for continuation bytes.
inline std::size_t sequenceLength(unsigned char lead)
{
    constexpr unsigned char kLength[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    return kLength[lead >> 4];
}

struct Decoded {
    char32_t codePoint;
    std::size_t size; // bytes, at least 1
    bool valid;       // false: one stray byte, codePoint is U+FFFD
};

// The lenient reading at `position` (< text.size()).
Decoded decodeLenient(std::string_view text, std::size_t position);

// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool isValidUtf8(std::string_view text);
// The lenient reading written back: overlong forms become shortest, stray bytes U+FFFD; encoded surrogates stay.
std::string repairLenient(std::string_view text);

void appendUtf8(std::string& out, char32_t codePoint);

// Unicode White_Space.
bool isSpace(char32_t codePoint);
bool isPunctuation(char32_t codePoint);
// General categories Cc, Cf, Cs and Co; not unassigned code points.
bool isControl(char32_t codePoint);
// Combining marks (general category M).
bool isMark(char32_t codePoint);
char32_t toLower(char32_t codePoint);
// The first code point of the canonical decomposition.
char32_t baseCharacter(char32_t codePoint);

// Replaces every occurrence of `from` (not empty).
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

} // namespace corral::text
