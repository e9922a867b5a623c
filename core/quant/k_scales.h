#pragma once
// The 12 bytes in which Q4_K and Q5_K keep eight 6-bit scales and eight 6-bit minimums (facts/tensor-types.md § 4.3), unpacked
// eight at a time: byte j of the result belongs to group j.
#include "core/quant/block_codes.h"

#include <array>
#include <bit>

namespace corral::quant {
namespace {

struct SixBitScales {
    std::uint64_t scales, minimums;
};

[[gnu::always_inline]] inline SixBitScales unpackSixBit(Bytes p)
{
    // Bytes 0–3: scale j, bytes 4–7: minimum j (six bits, and in the top two bits those of scale and minimum j + 4).
    const auto first = readAs<std::uint64_t>(p);
    // Bytes 8–11: the low four bits of scale and minimum j + 4.
    const std::uint64_t last = readAs<std::uint32_t>(p + 8);
    const std::uint64_t low = first & 0x3f3f3f3f3f3f3f3fu; // scales 0–3, minimums 0–3
    const std::uint64_t high = ((first >> 2) & 0x3030303030303030u) | (last & 0x0f0f0f0fu) | ((last << 28) & 0x0f0f0f0f00000000u);
    return {(low & 0xffffffffu) | high << 32, low >> 32 | (high & 0xffffffff00000000u)};
}

// Scales and negative minimums of a block that starts with d, dmin and the 12 bytes.
[[gnu::always_inline]] inline void unpackKScales(Bytes __restrict p, float* __restrict scales, float* __restrict offsets)
{
    const float d = halfAt(p);
    const float dmin = halfAt(p + 2);
    const SixBitScales packed = unpackSixBit(p + 4);
    const auto sc = std::bit_cast<std::array<std::uint8_t, 8>>(packed.scales);
    const auto m = std::bit_cast<std::array<std::uint8_t, 8>>(packed.minimums);
    for (std::size_t g = 0; g < 8; ++g) {
        scales[g] = d * static_cast<float>(sc[g]);
        offsets[g] = -(dmin * static_cast<float>(m[g]));
    }
}

} // namespace
} // namespace corral::quant
