#pragma once
// How a byte-level BPE vocabulary cuts text into words before merging: a list of regular expressions applied one after another, each
// cutting every piece of the one before into its matches and the gaps between them. A piece is a text of its own: look-around and `$`
// see nothing beyond it. The list of known ones is a table (pre_tokenizer_table.cpp): an entry is a name, expressions and flags, many
// names share one list, so a file for each would be eighty files of one line.
#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

// What becomes of a match.
enum class Cut : std::uint8_t {
    Match,    // a piece
    Threes,   // digits: cut into threes from the right; the first group, perhaps shorter, stays with what was before the match
    AtThrees, // the same cuts and one before a full first group, but none at the end of the match
};

struct Expression {
    // PCRE2 syntax with Unicode classes; \s and \S mean Unicode White_Space. Written so that no text makes it backtrack over and over:
    // plain classes under quantifiers, no groups that nest them.
    std::string_view pattern;
    Cut cut = Cut::Match;
};

enum PreTokenizerFlag : std::uint32_t {
    kIgnoreMerges = 1, // a piece that is a token is not merged together but taken whole
    kAddBos = 2,       // unless the file says otherwise
    kKeepSpaces = 4,   // decoding does not tidy the spaces before punctuation
    kAddSep = 8,
    kNoBos = 16,           // no default for the BOS id
    kMarkSpaces = 32,      // " " is spelled ▁
    kRawUtf8 = 64,         // pieces are UTF-8 as it is, not the printable byte alphabet
    kNewlineRuns = 128,    // a piece of newlines only that is a token is taken whole
    kMaskStripsLeft = 256, // <mask> swallows white space before it
    kMergesOptional = 512,
};

struct PreTokenizerSpec {
    std::string_view name; // value of tokenizer.ggml.pre
    std::span<const Expression> expressions;
    std::uint32_t flags = 0;
};

// Null if there is none of that name.
const PreTokenizerSpec* findPreTokenizer(std::string_view name);
std::span<const PreTokenizerSpec> preTokenizers();

// The expressions, compiled. Immutable, safe to use from several threads.
class PreTokenizer {
public:
    static Result<PreTokenizer> compile(std::span<const Expression> expressions);
    PreTokenizer(PreTokenizer&&) noexcept;
    PreTokenizer& operator=(PreTokenizer&&) noexcept;
    ~PreTokenizer();

    // `text` in lenient UTF-8 without stray bytes (repairLenient). Sizes in bytes of the pieces, which cover it; none is 0.
    std::vector<std::size_t> split(std::string_view text) const;

private:
    struct Compiled;
    PreTokenizer();
    std::vector<Compiled> m_expressions;
};

} // namespace corral::text
