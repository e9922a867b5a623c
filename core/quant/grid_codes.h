#pragma once
// Codes of the grid types (IQ2, IQ3): a grid entry's bytes with signs.
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

// codes[j] = byte j of the entry, negative where bit j of signs is set.
template <class Word> [[gnu::always_inline]] inline void signedCodes(Word entry, unsigned signs, std::int8_t* codes)
{
    for (unsigned j = 0; j < sizeof(Word); ++j) {
        const int magnitude = static_cast<int>((entry >> (8 * j)) & 0xff);
        codes[j] = static_cast<std::int8_t>((signs >> j) & 1 ? -magnitude : magnitude);
    }
}

} // namespace
} // namespace corral::quant
