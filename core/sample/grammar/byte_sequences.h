#pragma once
// A range of code points as sequences of byte ranges: what its UTF-8 looks like. Surrogates have none.
#include <array>
#include <cstdint>
#include <vector>

namespace corral::sample {

struct CodeRange {
    char32_t first = 0, last = 0;
};

struct ByteRange {
    unsigned char first = 0, last = 0;
};

struct ByteSequence {
    std::array<ByteRange, 4> bytes;
    int length = 0;
};

// Sorted, without overlaps; ends beyond U+10FFFF are cut.
std::vector<CodeRange> normalized(std::vector<CodeRange> ranges);
// Every code point that is in none of them; `ranges` as normalized() makes them.
std::vector<CodeRange> complement(const std::vector<CodeRange>& ranges);
// Appends the sequences that spell exactly the code points of `range`.
void appendSequences(CodeRange range, std::vector<ByteSequence>& out);

} // namespace corral::sample
