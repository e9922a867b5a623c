#pragma once
// Codes of the types whose signs are stored apart (IQ2, IQ3, and Q1_0, which is nothing else): an entry's bytes with signs.
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

#include <bit>

namespace corral::quant {
namespace {

// Seven stored sign bits; the eighth makes their number even.
[[maybe_unused]] [[gnu::always_inline]] inline unsigned evenSigns(unsigned seven)
{
    return seven | (static_cast<unsigned>(std::popcount(seven)) & 1u) << 7;
}

// codes[j] = byte j of the entry, negative where bit j of signs is set. The bytes lie between 1 and 127, so that −x = (x ^ 255) + 1
// never carries into the next byte.
template <class Word> [[gnu::always_inline]] inline void signedCodes(Word entry, unsigned signs, std::int8_t* codes)
{
    const Word negative = static_cast<Word>(kByteMasks[signs & 255]);
    const Word result = (entry ^ negative) + (negative & static_cast<Word>(0x0101010101010101u));
    std::memcpy(codes, &result, sizeof result);
}

} // namespace
} // namespace corral::quant
