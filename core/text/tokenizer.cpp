#include "core/text/tokenizer.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <charconv>

namespace corral::text {

namespace {

// "<0x1F>" → the byte, as a string; anything else → nothing.
std::string parseByteToken(std::string_view text)
{
    unsigned value = 0;
    if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return {};
    const auto [end, error] = std::from_chars(text.data() + 3, text.data() + 5, value, 16);
    if (error != std::errc{} || end != text.data() + 5) return {};
    return std::string(1, static_cast<char>(value));
}

// The tidying of spaces that the tokenizers' authors apply to whole decoded texts: three passes, each over the result of the one before.
std::string cleanSpaces(const std::string& text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == ' ' && (next == '?' || next == '!' || next == '.' || next == ',')) continue;
        out += text[i];
    }
    out = replaceAll(out, " ' ", "'");
    std::string tidy;
    tidy.reserve(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string_view rest = std::string_view(out).substr(i);
        if (rest.starts_with(" 's") || rest.starts_with(" 'm") || rest.starts_with(" 're") || rest.starts_with(" 've")) continue;
        tidy += out[i];
    }
    return tidy;
}

} // namespace

std::vector<Token> Tokenizer::encode(std::string_view text, Encode options) const
{
    std::vector<Token> out;
    out.reserve(text.size() / 3 + 2);
    const auto frame = [&](bool wanted, Token token) {
        if (options.addSpecial && wanted && token != kNoToken) out.push_back(token);
    };
    frame(m_special.addBos || alwaysFramed(), m_special.bos);
    for (const SpecialSplitter::Fragment& fragment : m_splitter.split(text, options.parseSpecial)) {
        if (fragment.token != kNoToken)
            out.push_back(fragment.token);
        else
            encodeFragment(fragment.text, out);
    }
    if (alwaysFramed())
        frame(true, m_special.separator);
    else
        frame(m_special.addEos, m_special.eos);
    return out;
}

std::string Tokenizer::decode(std::span<const Token> tokens, Decode options) const
{
    bool stripSpace = m_addSpacePrefix;
    if (options.removeSpecial && m_special.addBos && !tokens.empty() && tokens.front() == m_special.bos) {
        tokens = tokens.subspan(1);
        stripSpace = false;
    }
    if (options.removeSpecial && m_special.addEos && !tokens.empty() && tokens.back() == m_special.eos)
        tokens = tokens.first(tokens.size() - 1);
    std::string out;
    for (const Token token : tokens) {
        const std::string bytes = piece(token, options.unparseSpecial);
        out.append(bytes, stripSpace && bytes.starts_with(' ') ? 1 : 0);
        stripSpace = false;
    }
    return m_cleanSpaces ? cleanSpaces(out) : out;
}

std::string Tokenizer::piece(Token token, bool unparseSpecial) const
{
    if (token < 0 || token >= size()) return {};
    const Entry& entry = m_tokens[static_cast<std::size_t>(token)];
    if (entry.attributes & (kControl | kUnknown)) return unparseSpecial ? entry.text : std::string{};
    if (entry.attributes & kUserDefined) return entry.text;
    if (entry.attributes & kNormal) return decodeNormal(entry.text);
    if (entry.attributes & kByte) return parseByteToken(entry.text);
    return {};
}

bool Tokenizer::isEndOfGeneration(Token token) const { return std::ranges::binary_search(m_eog, token); }

Token Tokenizer::byteToken(unsigned char byte) const
{
    constexpr char kHex[] = "0123456789ABCDEF";
    const char text[6] = {'<', '0', 'x', kHex[byte >> 4], kHex[byte & 15], '>'};
    const Token token = find({text, 6});
    return token < size() ? token : kNoToken;
}

} // namespace corral::text
