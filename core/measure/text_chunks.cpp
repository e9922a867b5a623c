#include "core/measure/text_chunks.h"

#include <algorithm>

namespace corral::measure {

Result<TextChunks> TextChunks::cut(const text::Tokenizer& tokenizer, std::string_view text, int length, int most, int skipped, bool parseSpecial)
{
    constexpr int kShortest = 4; // the second half of less has nothing to score
    if (length < kShortest) return fail(ErrorCode::InvalidArgument, "a context of {} tokens is too short to judge a model: at least {}", length, kShortest);
    if (most == 0 || most < -1 || skipped < 0) return fail(ErrorCode::InvalidArgument, "{} chunks after skipping {} are nothing to measure", most, skipped);
    TextChunks chunks;
    chunks.m_tokens = tokenizer.encode(text, {.addSpecial = true, .parseSpecial = parseSpecial});
    chunks.m_length = length;
    chunks.m_skipped = skipped;
    const std::size_t tokens = chunks.m_tokens.size(), needed = 2 * static_cast<std::size_t>(length);
    if (tokens < needed)
        return fail(ErrorCode::InvalidArgument, "the text has {} tokens, and at least {} are needed: two contexts of {}", tokens, needed, length);
    const auto whole = static_cast<std::int64_t>(tokens / static_cast<std::size_t>(length));
    if (skipped >= whole) return fail(ErrorCode::InvalidArgument, "the text has {} chunks of {} tokens, {} are to be skipped", whole, length, skipped);
    const std::int64_t left = whole - skipped;
    chunks.m_count = static_cast<int>(most < 0 ? left : std::min<std::int64_t>(left, most));
    if (tokenizer.special().addBos) chunks.m_bos = tokenizer.special().bos;
    return chunks;
}

std::vector<text::Token> TextChunks::chunk(int i) const
{
    const auto begin = m_tokens.begin() + (static_cast<std::ptrdiff_t>(m_skipped) + i) * m_length;
    std::vector<text::Token> tokens(begin, begin + m_length);
    if (m_bos != text::kNoToken) tokens.front() = m_bos;
    return tokens;
}

} // namespace corral::measure
