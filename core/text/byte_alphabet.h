#pragma once
// GPT-2's printable alphabet: every byte as one visible character. 0x21–0x7E, 0xA1–0xAC and 0xAE–0xFF stand for themselves; the other 68
// are U+0100, U+0101, … in increasing order (so a space is U+0120 Ġ, a newline U+010A Ċ). A fact of the byte-level vocabularies' files.
#include "core/text/unicode.h"

#include <array>
#include <cstdint>
#include <string>

namespace corral::text {

class ByteAlphabet {
public:
    ByteAlphabet()
    {
        m_bytes.fill(-1);
        char32_t next = 0x100;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const bool visible = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
            const char32_t codePoint = visible ? byte : next++;
            appendUtf8(m_characters[byte], codePoint);
            m_bytes[codePoint] = static_cast<std::int16_t>(byte);
        }
    }

    const std::string& character(unsigned char byte) const { return m_characters[byte]; }
    // -1 if the character is not of the alphabet.
    int byte(char32_t codePoint) const { return codePoint < m_bytes.size() ? m_bytes[codePoint] : -1; }

private:
    std::array<std::string, 256> m_characters;
    std::array<std::int16_t, 0x100 + 68> m_bytes;
};

} // namespace corral::text
