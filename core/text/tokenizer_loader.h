#pragma once
// A file's tokenizer.* keys → a Tokenizer: arrays checked against each other, ids against the vocabulary.
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"

#include <set>

namespace corral::text {

class TokenizerLoader {
public:
    explicit TokenizerLoader(const gguf::File& file) : m_file(file) {}
    Result<std::shared_ptr<const Tokenizer>> load();

private:
    Result<void> choose();      // by tokenizer.ggml.model and .pre: the kind and its defaults
    Result<void> readPieces();  // texts, scores, attributes
    void readSpecialTokens();   // keys over defaults
    void findEndOfGeneration(); // keys and known texts
    void setStripping();        // tokens that swallow white space beside them
    Result<void> makeSplitter();

    void readId(std::string_view key, Token& id) const;
    void readFlag(std::string_view key, bool& flag) const;
    Token firstKnown(std::span<const std::string_view> texts) const;
    std::uint32_t& attributes(Token token) { return m_tokenizer->m_tokens[static_cast<std::size_t>(token)].attributes; }
    void setKind(Token token, TokenAttribute kind); // replaces normal/control/user-defined, keeps the rest

    const gguf::File& m_file;
    std::shared_ptr<Tokenizer> m_tokenizer;
    const PreTokenizerSpec* m_preTokenizer = nullptr; // of BPE
    bool m_forceBos = false;
};

} // namespace corral::text
