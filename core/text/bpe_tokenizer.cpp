#include "core/text/bpe_tokenizer.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace corral::text {

Result<void> BpeTokenizer::prepare(const gguf::File& file)
{
    auto preTokenizer = PreTokenizer::compile(m_expressions);
    if (!preTokenizer) return std::unexpected(preTokenizer.error());
    m_preTokenizer = std::move(*preTokenizer);

    constexpr const char* kKey = "tokenizer.ggml.merges";
    const gguf::Value* value = file.find(kKey);
    if (!value && !(m_flags & kMergesOptional)) return fail(ErrorCode::Format, "{} is missing: a BPE vocabulary cannot do without", kKey);
    const std::vector<std::string>* merges = value ? value->asStrings() : nullptr;
    if (value && !merges && value->arraySize() > 0) return fail(ErrorCode::Format, "{} must be an array of strings", kKey);
    for (unsigned byte = 0; byte < 256; ++byte) m_byteSymbols[byte] = symbolOf(m_alphabet.character(static_cast<unsigned char>(byte)));
    if (merges) {
        m_merges.reserve(merges->size());
        std::string merged;
        for (std::size_t rank = 0; rank < merges->size(); ++rank) {
            const std::string& rule = (*merges)[rank];
            const std::size_t space = rule.find(' ', 1); // the left side may itself be a space
            if (space == std::string::npos || space + 1 == rule.size())
                return fail(ErrorCode::Format, "{}[{}] is '{}', not two symbols with a space between", kKey, rank, rule);
            const std::string_view left = std::string_view(rule).substr(0, space), right = std::string_view(rule).substr(space + 1);
            merged.assign(left).append(right);
            const std::int32_t l = symbolOf(left), r = symbolOf(right), m = symbolOf(merged);
            m_merges.insert({.left = l, .right = r, .rank = static_cast<std::int32_t>(rank), .merged = m});
        }
    }
    std::vector<Token> newline;
    encodeFragment("\n", newline);
    m_special.newline = newline.empty() ? kNoToken : newline.front();
    return {};
}

std::int32_t BpeTokenizer::symbolOf(std::string_view text)
{
    const std::int32_t known = m_pieces.find(text);
    return known != PieceTable::kNone ? known : m_pieces.insert(m_ownTexts.emplace_back(text));
}

void BpeTokenizer::encodeFragment(std::string_view text, std::vector<Token>& out) const
{
    std::string repaired;
    if (!isValidUtf8(text)) text = repaired = repairLenient(text);
    std::string marked;
    if (m_flags & kMarkSpaces) text = marked = replaceAll(text, " ", kSpaceMark);
    Scratch scratch;
    std::size_t begin = 0;
    for (const std::size_t size : m_preTokenizer->split(text)) {
        encodeWord(text.substr(begin, size), scratch, out);
        begin += size;
    }
}

void BpeTokenizer::encodeWord(std::string_view word, Scratch& scratch, std::vector<Token>& out) const
{
    const bool raw = m_flags & kRawUtf8;
    const bool newlines = (m_flags & kNewlineRuns) && word.find_first_not_of('\n') == std::string_view::npos;
    if ((m_flags & kIgnoreMerges) || newlines) {
        std::string_view spelled = word;
        if (!raw) {
            scratch.spelled.clear();
            for (const char c : word) scratch.spelled += m_alphabet.character(static_cast<unsigned char>(c));
            spelled = scratch.spelled;
        }
        const std::int32_t whole = find(spelled);
        if (whole != PieceTable::kNone && whole < size()) {
            out.push_back(whole);
            return;
        }
    }

    Merger& merger = scratch.merger;
    merger.clear();
    if (raw) {
        for (std::size_t i = 0; i < word.size();) {
            const std::size_t size = std::min(sequenceLength(static_cast<unsigned char>(word[i])), word.size() - i);
            merger.append(find(word.substr(i, size)), static_cast<std::uint32_t>(size));
            i += size;
        }
    } else {
        for (const char c : word) merger.append(m_byteSymbols[static_cast<unsigned char>(c)], 1);
    }
    merger.run([&](const Merger::Symbol& left, const Merger::Symbol& right, Merger::Merge& found) {
        const MergeTable::Rule* rule = m_merges.find(left.id, right.id);
        if (!rule) return false;
        found = {rule->rank, rule->merged};
        return true;
    });
    merger.forEach([&](const Merger::Symbol& symbol) {
        if (symbol.id >= 0 && symbol.id < size()) {
            out.push_back(symbol.id);
            return;
        }
        for (const char c : word.substr(symbol.begin, symbol.size)) { // no token for it: byte by byte, and bytes without one are lost
            const auto byte = static_cast<unsigned char>(c);
            const Token token = raw ? byteToken(byte) : m_byteSymbols[byte];
            if (token != kNoToken && token < size()) out.push_back(token);
        }
    });
}

std::string BpeTokenizer::decodeNormal(std::string_view text) const
{
    if (m_flags & kMarkSpaces) return replaceAll(text, kSpaceMark, " ");
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const Decoded decoded = decodeLenient(text, i);
        const int byte = decoded.valid ? m_alphabet.byte(decoded.codePoint) : -1;
        if (byte >= 0) {
            out += static_cast<char>(byte);
        } else { // the reference's spelling of what is not of the alphabet: its bytes and the whole token
            constexpr char kHex[] = "0123456789abcdef";
            out += "[UNK_BYTE_0x";
            for (const char c : text.substr(i, decoded.size)) {
                out += kHex[static_cast<unsigned char>(c) >> 4];
                out += kHex[c & 15];
            }
            constexpr std::size_t kLongest = 256; // a hostile token must not grow with the square of its length
            out.append(text.size() <= kLongest ? text : text.substr(i, decoded.size)).append("]");
        }
        i += decoded.size;
    }
    return out;
}

} // namespace corral::text
