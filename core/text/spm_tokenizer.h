#pragma once
#include "core/text/symbol_merger.h"
#include "core/text/tokenizer.h"

namespace corral::text {

// SentencePiece BPE: characters are merged by the score of the token they make (facts/tokenizers.md § 3).
class SpmTokenizer final : public Tokenizer {
public:
    std::string_view kind() const override { return "SPM"; }

protected:
    Result<void> prepare(const gguf::File& file) override;
    void encodeFragment(std::string_view text, std::vector<Token>& out) const override;
    std::string decodeNormal(std::string_view text) const override;

private:
    using Merger = SymbolMerger<float>;
    void encodeSegment(std::string_view segment, Merger& merger, std::vector<Token>& out) const;

    // Which pairs of characters stand side by side inside some token. No merge crosses a pair that does not, so the text may be cut there
    // and the heaps stay small. A set of hashes: two pairs that share one cost a missed cut, nothing else.
    static constexpr unsigned kPairBits = 21;
    std::vector<bool> m_pairs;
};

} // namespace corral::text
