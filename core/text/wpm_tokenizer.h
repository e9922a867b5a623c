#pragma once
#include "core/text/prefix_trie.h"
#include "core/text/tokenizer.h"

namespace corral::text {

// WordPiece: words without accents and capitals, cut greedily into the longest tokens (facts/tokenizers.md § 5).
class WpmTokenizer final : public Tokenizer {
public:
    std::string_view kind() const override { return "WPM"; }

protected:
    Result<void> prepare(const gguf::File& file) override;
    void encodeFragment(std::string_view text, std::vector<Token>& out) const override;
    std::string decodeNormal(std::string_view text) const override;
    bool alwaysFramed() const override { return true; }

private:
    void encodeWord(std::string_view word, std::vector<Token>& out) const; // word with its leading ▁

    PrefixTrie m_trie;
    bool m_lowercase = true, m_stripAccents = true;
};

} // namespace corral::text
