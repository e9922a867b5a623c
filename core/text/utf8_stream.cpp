#include "core/text/tokenizer.h"
#include "core/text/unicode.h"

namespace corral::text {

namespace {

// The well-formed byte sequences of the Unicode standard, table 3-7: how many bytes of `text` at `position` can begin one character.
struct Sequence {
    std::size_t matched; // bytes that fit so far, at least 1
    bool complete;       // a whole character
    bool open;           // cut off by the end of the text: more bytes may complete it
};

Sequence strictSequence(std::string_view text, std::size_t position)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {1, true, false};
    if (lead < 0xC2 || lead > 0xF4) return {1, false, false};
    const std::size_t length = sequenceLength(lead);
    for (std::size_t i = 1; i < length; ++i) {
        if (position + i >= text.size()) return {i, false, true};
        unsigned char low = 0x80, high = 0xBF;
        if (i == 1) {
            if (lead == 0xE0) low = 0xA0;  // overlong
            if (lead == 0xED) high = 0x9F; // surrogates
            if (lead == 0xF0) low = 0x90;  // overlong
            if (lead == 0xF4) high = 0x8F; // beyond U+10FFFF
        }
        if (byte(i) < low || byte(i) > high) return {i, false, false};
    }
    return {length, true, false};
}

} // namespace

std::string Utf8Stream::push(std::string_view bytes)
{
    m_pending.append(bytes);
    std::string out;
    out.reserve(m_pending.size());
    std::size_t i = 0;
    while (i < m_pending.size()) {
        const Sequence sequence = strictSequence(m_pending, i);
        if (sequence.open) break;
        if (sequence.complete)
            out.append(m_pending, i, sequence.matched);
        else
            appendUtf8(out, kReplacement); // one for each maximal part of a broken sequence, as the Unicode standard advises
        i += sequence.matched;
    }
    m_pending.erase(0, i);
    return out;
}

std::string Utf8Stream::flush()
{
    std::string out;
    if (!m_pending.empty()) appendUtf8(out, kReplacement);
    m_pending.clear();
    return out;
}

} // namespace corral::text
