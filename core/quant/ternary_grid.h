#pragma once
// Codes of IQ1_S and IQ1_M: x = scale · (grid + delta) with grid −1, 0 or 1 and delta ±1/8, kept as the integer 8 (grid + delta).
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline void ternaryCodes(unsigned index, bool negativeDelta, std::int8_t* codes)
{
    const std::uint64_t entry = kGridIq1[index];
    for (int j = 0; j < 8; ++j) {
        const int grid = static_cast<std::int8_t>(entry >> (8 * j));
        codes[j] = static_cast<std::int8_t>(8 * grid + (negativeDelta ? -1 : 1));
    }
}

} // namespace
} // namespace corral::quant
