#pragma once
#include "core/text/byte_alphabet.h"
#include "core/text/merge_table.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/symbol_merger.h"
#include "core/text/tokenizer.h"

#include <array>
#include <deque>
#include <optional>

namespace corral::text {

// GPT-2's BPE: words cut by regular expressions, then merged by the rank of the merge rules (facts/tokenizers.md § 4).
// Symbols are numbers: those below size() are tokens, the rest are texts that only occur inside merge rules.
class BpeTokenizer final : public Tokenizer {
public:
    explicit BpeTokenizer(const PreTokenizerSpec& spec) : m_flags(spec.flags), m_expressions(spec.expressions) {}
    std::string_view kind() const override { return "BPE"; }

protected:
    Result<void> prepare(const gguf::File& file) override;
    void encodeFragment(std::string_view text, std::vector<Token>& out) const override;
    std::string decodeNormal(std::string_view text) const override;

private:
    using Merger = SymbolMerger<std::int32_t>;
    struct Scratch { // reused from word to word
        Merger merger;
        std::string spelled;
    };
    void encodeWord(std::string_view word, Scratch& scratch, std::vector<Token>& out) const;
    std::int32_t symbolOf(std::string_view text); // numbered now if it is not yet

    std::uint32_t m_flags;
    std::span<const Expression> m_expressions;
    std::optional<PreTokenizer> m_preTokenizer;
    ByteAlphabet m_alphabet;
    std::array<std::int32_t, 256> m_byteSymbols{};
    MergeTable m_merges;
    std::deque<std::string> m_ownTexts; // of the symbols that are not tokens
};

} // namespace corral::text
