#include "core/text/spm_tokenizer.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace corral::text {

namespace {

// Bytes of the character at `position`, by its lead byte alone: SPM takes invalid UTF-8 as it comes.
std::size_t characterSize(std::string_view text, std::size_t position)
{
    return std::min(sequenceLength(static_cast<unsigned char>(text[position])), text.size() - position);
}

// A number for a character, different for different ones.
std::uint32_t characterCode(std::string_view character)
{
    std::uint32_t code = 0;
    for (const char c : character) code = code << 8 | static_cast<unsigned char>(c);
    return code;
}

std::size_t pairHash(std::uint32_t left, std::uint32_t right, unsigned bits)
{
    return static_cast<std::size_t>((static_cast<std::uint64_t>(left) << 32 | right) * 0x9E3779B97F4A7C15u >>
                                    (64 - bits)); // 2^64 / golden ratio
}

} // namespace

Result<void> SpmTokenizer::prepare(const gguf::File&)
{
    m_special.newline = byteToken('\n');
    if (m_special.newline == kNoToken) m_special.newline = find("\n");
    m_pairs.assign(std::size_t(1) << kPairBits, false);
    for (const Entry& entry : m_tokens) {
        const std::string_view text = entry.text;
        std::uint32_t previous = 0;
        for (std::size_t i = 0, size = 0; i < text.size(); i += size) {
            size = characterSize(text, i);
            const std::uint32_t code = characterCode(text.substr(i, size));
            if (i > 0) m_pairs[pairHash(previous, code, kPairBits)] = true;
            previous = code;
        }
    }
    return {};
}

void SpmTokenizer::encodeFragment(std::string_view fragment, std::vector<Token>& out) const
{
    std::string marked = m_addSpacePrefix ? std::string(kSpaceMark) : std::string{};
    marked += replaceAll(fragment, " ", kSpaceMark);
    const std::string_view text = marked;
    Merger merger;
    std::size_t begin = 0; // of the segment
    std::uint32_t previous = 0;
    for (std::size_t i = 0, size = 0; i < text.size(); i += size) {
        size = characterSize(text, i);
        const std::uint32_t code = characterCode(text.substr(i, size));
        if (i > begin && !m_pairs[pairHash(previous, code, kPairBits)]) {
            encodeSegment(text.substr(begin, i - begin), merger, out);
            begin = i;
        }
        previous = code;
    }
    encodeSegment(text.substr(begin), merger, out);
}

void SpmTokenizer::encodeSegment(std::string_view segment, Merger& merger, std::vector<Token>& out) const
{
    merger.clear();
    for (std::size_t i = 0, size = 0; i < segment.size(); i += size) {
        size = characterSize(segment, i);
        merger.append(find(segment.substr(i, size)), static_cast<std::uint32_t>(size));
    }
    merger.run([&](const Merger::Symbol& left, const Merger::Symbol& right, Merger::Merge& found) {
        found.id = find(segment.substr(left.begin, left.size + right.size));
        if (found.id == kNoToken) return false;
        found.key = -m_tokens[static_cast<std::size_t>(found.id)].score;
        return true;
    });
    merger.forEach([&](const Merger::Symbol& symbol) {
        if (symbol.id != kNoToken) {
            out.push_back(symbol.id);
            return;
        }
        for (std::size_t i = symbol.begin; i < symbol.begin + symbol.size; ++i) { // a character without a token
            Token token = byteToken(static_cast<unsigned char>(segment[i]));
            if (token == kNoToken) token = find(segment.substr(i, 1));
            if (token == kNoToken) token = m_special.unknown;
            if (token != kNoToken) out.push_back(token);
        }
    });
}

std::string SpmTokenizer::decodeNormal(std::string_view text) const { return replaceAll(text, kSpaceMark, " "); }

} // namespace corral::text
