#pragma once
// Cuts the special tokens' texts out of a text, longest token first: the first step of every tokenizer.
#include "core/text/prefix_trie.h"
#include "core/text/token.h"

#include <string_view>
#include <vector>

namespace corral::text {

class SpecialSplitter {
public:
    struct Special {
        Token token = kNoToken;
        std::string_view text; // not empty; stays where it is
        std::uint32_t attributes = 0;
    };
    struct Fragment {
        Token token = kNoToken; // or, if kNoToken, text to be tokenized (not empty)
        std::string_view text;
    };

    SpecialSplitter() = default;
    explicit SpecialSplitter(std::vector<Special> specials);

    // Without parseSpecial only user-defined tokens are cut out; control tokens and the unknown token are ordinary text then.
    std::vector<Fragment> split(std::string_view text, bool parseSpecial) const;

private:
    std::vector<Special> m_specials; // longest first
    PrefixTrie m_trie;               // number: index into m_specials
};

} // namespace corral::text
