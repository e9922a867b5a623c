#pragma once
// Text ↔ token ids, as the model was trained. SPM (llama), BPE (gpt2) and WPM (bert); chosen by tokenizer.ggml.model, the
// BPE pre-tokenizer by tokenizer.ggml.pre. Immutable after load and safe to use from several threads.
#include "core/base/error.h"
#include "core/gguf/file.h"
#include "core/text/piece_table.h"
#include "core/text/special_splitter.h"
#include "core/text/token.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

struct SpecialTokens {
    Token bos = kNoToken, eos = kNoToken, eot = kNoToken, eom = kNoToken, unknown = kNoToken, separator = kNoToken,
          padding = kNoToken, mask = kNoToken, newline = kNoToken;
    Token fillPrefix = kNoToken, fillSuffix = kNoToken, fillMiddle = kNoToken, fillPadding = kNoToken, fillRepository = kNoToken,
          fillSeparator = kNoToken; // for filling in the middle of a text
    bool addBos = false, addEos = false, addSep = false;
};

class Tokenizer {
public:
    // Fails with NotFound if the file has no vocabulary, Unsupported for an unknown tokenizer or pre-tokenizer (named), Format for
    // inconsistent arrays. Ids of special tokens outside the vocabulary are ignored.
    static Result<std::shared_ptr<const Tokenizer>> load(const gguf::File& file);
    virtual ~Tokenizer() = default;

    struct Encode {
        bool addSpecial = true;   // BOS/EOS as the vocabulary asks
        bool parseSpecial = true; // control tokens spelled in the text become their ids
    };
    // Texts below 2 GiB. O(n log n), however long the words are.
    std::vector<Token> encode(std::string_view text, Encode options) const;

    struct Decode {
        bool removeSpecial = false;  // drop the leading BOS / trailing EOS the tokenizer adds by itself
        bool unparseSpecial = true;  // render control tokens as their text
    };
    // Bytes, not necessarily valid UTF-8 when the ids are not.
    std::string decode(std::span<const Token> tokens, Decode options) const;

    // The bytes one token adds in the middle of a text; control tokens give their text if unparseSpecial, else nothing.
    std::string piece(Token token, bool unparseSpecial = false) const;

    virtual std::string_view kind() const = 0; // "SPM", "BPE", "WPM"
    std::int32_t size() const { return static_cast<std::int32_t>(m_tokens.size()); }
    const std::string& text(Token token) const { return m_tokens[static_cast<std::size_t>(token)].text; } // as stored
    std::uint32_t attributes(Token token) const { return m_tokens[static_cast<std::size_t>(token)].attributes; }
    const SpecialTokens& special() const { return m_special; }
    bool isEndOfGeneration(Token token) const; // eos, eot, eom and the like
    const std::vector<Token>& endOfGeneration() const { return m_eog; } // ascending
    const std::vector<Token>& suppressed() const { return m_suppressed; } // never sampled

protected:
    struct Entry {
        std::string text;
        float score = 0;
        std::uint32_t attributes = kNormal;
    };

    Tokenizer() = default;
    // Called once all the fields below are filled: what the kind derives from them. File is where its own keys are.
    virtual Result<void> prepare(const gguf::File& file) = 0;
    // A fragment without special tokens (not empty) → ids appended to `out`.
    virtual void encodeFragment(std::string_view text, std::vector<Token>& out) const = 0;
    // The bytes of a token of attribute kNormal.
    virtual std::string decodeNormal(std::string_view text) const = 0;
    virtual bool alwaysFramed() const { return false; } // BOS first and separator last, whatever the flags say

    // The token of the byte, spelled <0xXX>; kNoToken if the vocabulary has none.
    Token byteToken(unsigned char byte) const;
    Token find(std::string_view text) const { return m_pieces.find(text); }

    std::vector<Entry> m_tokens;
    PieceTable m_pieces; // views into m_tokens; a piece's number is its token, numbers from size() on are a kind's own
    SpecialTokens m_special;
    SpecialSplitter m_splitter;
    std::vector<Token> m_eog, m_suppressed;
    bool m_addSpacePrefix = false;
    bool m_cleanSpaces = false; // decode() tidies the spaces before punctuation
    friend class TokenizerLoader;
};

// Gathers bytes and hands out whole UTF-8 characters only: never half a character, invalid bytes as U+FFFD.
class Utf8Stream {
public:
    std::string push(std::string_view bytes);
    std::string flush(); // what is left, repaired

private:
    std::string m_pending; // at most 3 bytes
};

} // namespace corral::text
