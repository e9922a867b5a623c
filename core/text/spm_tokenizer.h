#pragma once
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
};

} // namespace corral::text
