#pragma once
// Number tables of the codebook types (facts/tensor-types.md § 2 and § 6). An 8-wide grid entry holds 8 bytes, a 4-wide one 4,
// element 0 in the lowest byte; the bytes are signed in the IQ1 grid and positive in the others.
#include <array>
#include <bit>
#include <cstdint>

namespace corral::quant {

extern const std::array<std::uint64_t, 256> kGridIq2xxs;
extern const std::array<std::uint64_t, 512> kGridIq2xs;
extern const std::array<std::uint64_t, 1024> kGridIq2s;
extern const std::array<std::uint32_t, 256> kGridIq3xxs;
extern const std::array<std::uint32_t, 512> kGridIq3s;
extern const std::array<std::uint64_t, 2048> kGridIq1; // IQ1_S and IQ1_M

// Bit j of the index → byte j is 255 or 0.
extern const std::array<std::uint64_t, 256> kByteMasks;

// IQ4_NL and IQ4_XS: a 4-bit code → its value.
inline constexpr std::array<std::int8_t, 16> kValuesIq4 = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
// MXFP4 and NVFP4: a 4-bit E2M1 code → twice its value ("minus zero" is 0).
inline constexpr std::array<std::int8_t, 16> kValuesFp4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

} // namespace corral::quant
