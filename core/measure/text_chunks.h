#pragma once
// A text as a model reads it, cut into chunks of a context's length. Every chunk begins with BOS, in place of its first token, if the
// vocabulary adds one: the tokens of chunk i are those from i · length on. What is left over at the end is not used.
#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <string_view>
#include <vector>

namespace corral::measure {

class TextChunks {
public:
    // The chunks from `skipped` on, at most `most` of them (-1: all). InvalidArgument if the text has fewer tokens than two chunks, or no
    // more chunks than are skipped.
    static Result<TextChunks> cut(const text::Tokenizer& tokenizer, std::string_view text, int length, int most, int skipped = 0, bool parseSpecial = false);

    int count() const { return m_count; }
    int length() const { return m_length; }
    std::vector<text::Token> chunk(int i) const; // [length]
    const std::vector<text::Token>& tokens() const { return m_tokens; } // of the whole text

private:
    std::vector<text::Token> m_tokens;
    text::Token m_bos = text::kNoToken; // none: the chunks' own first tokens stay
    int m_length = 0, m_count = 0, m_skipped = 0;
};

} // namespace corral::measure
