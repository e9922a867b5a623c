#include "core/text/wpm_tokenizer.h"

#include "core/text/unicode.h"

namespace corral::text {

namespace {

// Ideographs are words of their own; the ranges are those of BERT's tokenizer.
bool isIdeograph(char32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
           (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool isAsciiSymbol(char32_t c)
{
    return c == '$' || c == '+' || c == '<' || c == '=' || c == '>' || c == '^' || c == '`' || c == '|' || c == '~';
}

} // namespace

Result<void> WpmTokenizer::prepare(const gguf::File& file)
{
    if (const gguf::Value* value = file.find("tokenizer.ggml.normalizer.lowercase")) m_lowercase = value->asBool().value_or(true);
    m_stripAccents = m_lowercase;
    if (const gguf::Value* value = file.find("tokenizer.ggml.normalizer.strip_accents"))
        m_stripAccents = value->asBool().value_or(m_lowercase);
    std::vector<std::pair<std::string_view, std::int32_t>> entries;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
        entries.emplace_back(m_tokens[i].text, static_cast<std::int32_t>(i));
        bytes += m_tokens[i].text.size();
    }
    if (bytes > PrefixTrie::kMostBytes)
        return fail(ErrorCode::Format, "tokenizer.ggml.tokens: the texts have {} bytes, more than {}", bytes, PrefixTrie::kMostBytes);
    m_trie = PrefixTrie(std::move(entries));
    m_special.newline = m_special.padding;
    return {};
}

void WpmTokenizer::encodeFragment(std::string_view text, std::vector<Token>& out) const
{
    std::string word(kSpaceMark);
    const auto finishWord = [&] {
        if (word.size() > kSpaceMark.size()) encodeWord(word, out);
        word.resize(kSpaceMark.size());
    };
    for (std::size_t i = 0; i < text.size();) {
        const Decoded decoded = decodeLenient(text, i);
        i += decoded.size;
        char32_t c = m_stripAccents ? baseCharacter(decoded.codePoint) : decoded.codePoint;
        if (isSpace(c)) {
            finishWord();
            continue;
        }
        if (c == 0 || c == kReplacement || isControl(c) || (m_stripAccents && isMark(c))) continue;
        if (m_lowercase) c = toLower(c);
        if (isPunctuation(c) || isAsciiSymbol(c) || isIdeograph(c)) {
            finishWord();
            appendUtf8(word, c);
            finishWord();
        } else {
            appendUtf8(word, c);
        }
    }
    finishWord();
}

void WpmTokenizer::encodeWord(std::string_view word, std::vector<Token>& out) const
{
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < word.size();) {
        Token longest = kNoToken;
        std::size_t length = 0;
        m_trie.forEachPrefix(word.substr(i), [&](std::int32_t token, std::size_t size) {
            longest = token;
            length = size;
        });
        if (longest == kNoToken) {
            out.resize(before);
            if (m_special.unknown != kNoToken) out.push_back(m_special.unknown);
            return;
        }
        out.push_back(longest);
        i += length;
    }
}

std::string WpmTokenizer::decodeNormal(std::string_view text) const { return replaceAll(text, kSpaceMark, " "); }

} // namespace corral::text
