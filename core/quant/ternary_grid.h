#pragma once
// Codes of IQ1_S and IQ1_M: x = scale · (grid + delta) with grid −1, 0 or 1 and delta ±1/8, kept as the integer 8 (grid + delta).
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline void ternaryCodes(unsigned index, bool negativeDelta, std::int8_t* codes)
{
    // 8 g is −8, 0 or 8 in every byte: adding ±1 stays in its byte if the top bit is added apart.
    constexpr std::uint64_t top = 0x8080808080808080u, low3 = 0xf8f8f8f8f8f8f8f8u;
    const std::uint64_t grid = (kGridIq1[index] << 3) & low3;
    const std::uint64_t delta = negativeDelta ? ~std::uint64_t(0) : 0x0101010101010101u;
    const std::uint64_t result = ((grid & ~top) + (delta & ~top)) ^ ((grid ^ delta) & top);
    std::memcpy(codes, &result, sizeof result);
}

} // namespace
} // namespace corral::quant
