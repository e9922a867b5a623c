#pragma once
// Text ↔ token ids, as the model was trained. SPM (llama), BPE (gpt2) and WPM (bert); chosen by tokenizer.ggml.model, the
// BPE pre-tokenizer by tokenizer.ggml.pre. Immutable after load and safe to use from several threads.
#include "core/base/error.h"
#include "core/gguf/file.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

using Token = std::int32_t;
inline constexpr Token kNoToken = -1;

// Bits as in the golden data: see attributes().
enum TokenAttribute : std::uint32_t {
    kUnknown = 1, kUnused = 2, kNormal = 4, kControl = 8, kUserDefined = 16, kByte = 32, kNormalized = 64,
    kStripLeft = 128, kStripRight = 256, kSingleWord = 512,
};

struct SpecialTokens {
    Token bos = kNoToken, eos = kNoToken, eot = kNoToken, eom = kNoToken, unknown = kNoToken, separator = kNoToken,
          padding = kNoToken, mask = kNoToken, newline = kNoToken;
    bool addBos = false, addEos = false, addSep = false;
};

class Tokenizer {
public:
    // Fails with Unsupported for an unknown tokenizer or pre-tokenizer (named), Format for inconsistent arrays.
    static Result<std::shared_ptr<const Tokenizer>> load(const gguf::File& file);
    virtual ~Tokenizer() = default;

    struct Encode {
        bool addSpecial = true;   // BOS/EOS as the vocabulary asks
        bool parseSpecial = true; // control tokens spelled in the text become their ids
    };
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
    struct Entry { std::string text; float score = 0; std::uint32_t attributes = kNormal; };
    // (what the kinds share is up to the implementation)
    std::vector<Entry> m_tokens;
    SpecialTokens m_special;
    std::vector<Token> m_eog, m_suppressed;

    // A raw fragment without special tokens → ids appended to `out`. `first`: the fragment begins the text or follows a special token.
    virtual void encodeFragment(std::string_view text, bool first, std::vector<Token>& out) const = 0;
    virtual std::string decodePiece(Token token, bool unparseSpecial) const = 0;
    virtual std::string decodeAll(std::span<const Token> tokens, Decode options) const = 0;
    friend struct TokenizerLoader;
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
