#include "core/text/spm_tokenizer.h"

#include "core/text/symbol_merger.h"
#include "core/text/unicode.h"

namespace corral::text {

Result<void> SpmTokenizer::prepare(const gguf::File&)
{
    m_special.newline = byteToken('\n');
    if (m_special.newline == kNoToken) m_special.newline = find("\n");
    return {};
}

void SpmTokenizer::encodeFragment(std::string_view fragment, std::vector<Token>& out) const
{
    std::string text = m_addSpacePrefix ? std::string(kSpaceMark) : std::string{};
    text += replaceAll(fragment, " ", kSpaceMark);

    using Merger = SymbolMerger<float>;
    Merger merger;
    const std::string_view all = text;
    for (std::size_t i = 0; i < all.size();) {
        const std::size_t size = std::min(sequenceLength(static_cast<unsigned char>(all[i])), all.size() - i);
        merger.append(find(all.substr(i, size)), static_cast<std::uint32_t>(size));
        i += size;
    }
    merger.run([&](const Merger::Symbol& left, const Merger::Symbol& right, Merger::Merge& found) {
        found.id = find(all.substr(left.begin, left.size + right.size));
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
            Token token = byteToken(static_cast<unsigned char>(all[i]));
            if (token == kNoToken) token = find(all.substr(i, 1));
            if (token == kNoToken) token = m_special.unknown;
            if (token != kNoToken) out.push_back(token);
        }
    });
}

std::string SpmTokenizer::decodeNormal(std::string_view text) const { return replaceAll(text, kSpaceMark, " "); }

} // namespace corral::text
