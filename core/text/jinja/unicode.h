#pragma once
// Python's string measures over UTF-8: positions are code points. A byte that is not valid UTF-8 counts as one character and stays as it
// is.
#include <cstddef>
#include <string>
#include <string_view>

namespace corral::text::jinja {

char32_t decodeAt(std::string_view text, std::size_t& position); // advances; an invalid byte b gives 0xDC00 + b
void encode(std::string& out, char32_t character);               // the inverse of decodeAt

std::size_t characters(std::string_view text);
std::size_t byteOffset(std::string_view text, std::size_t character); // of the character'th character; text.size() when beyond
bool isSpace(char32_t character);                                     // as str.isspace
bool isPrintable(char32_t character);                                 // as str.isprintable
bool isLetter(char32_t character);
bool isDigit(char32_t character);
bool isUpper(char32_t character);
bool isLower(char32_t character);

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string capitalize(std::string_view text); // first character upper, the rest lower
std::string title(std::string_view text);      // as str.title: every letter after a non-letter upper

enum class Side { Left, Right, Both };
std::string_view stripSpace(std::string_view text, Side side);
std::string_view stripCharacters(std::string_view text, std::string_view set, Side side);

// First place of `part` at or after `from`; npos if none. Linear time for any input, unlike std::string::find.
std::size_t findText(std::string_view text, std::string_view part, std::size_t from = 0);

} // namespace corral::text::jinja
