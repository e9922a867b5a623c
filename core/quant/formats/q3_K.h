#pragma once
// Q3_K: hmask [0:32], qs [32:96], 16 six-bit scales [96:108], d f16 [108:110]; x = d (sc − 32) q. The low two bits of value
// 128 h + 32 p + l are bits 2p of qs[32 h + l]; bit 4h + p of hmask[l] says that 4 is not subtracted.
#include "core/quant/block_codes.h"

#include <array>
#include <bit>

namespace corral::quant::formats {
namespace {

struct Q3_K {
    static constexpr int values = 256, bytes = 110, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    // The 16 scales, a byte each, without the − 32. The low nibbles of bytes 96 … 103 and their high nibbles are the low four bits of
    // scales 0 … 7 and 8 … 15; bits 2k of byte 104 + g are the high two bits of scale g + 4 k.
    [[gnu::always_inline]] static std::array<std::uint64_t, 2> sixBitScales(Bytes p)
    {
        const auto low = readAs<std::uint64_t>(p + 96);
        const std::uint64_t high = readAs<std::uint32_t>(p + 104);
        constexpr std::uint64_t nibbles = 0x0f0f0f0f0f0f0f0fu, pairs = 0x0303030303030303u;
        return {(low & nibbles) | ((high | high << 30) & pairs) << 4, ((low >> 4) & nibbles) | ((high >> 4 | high >> 6 << 32) & pairs)
                                                                                                   << 4};
    }
    static void unpackScales(Bytes __restrict p, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p + 108);
        const auto sc = std::bit_cast<std::array<std::uint8_t, 16>>(sixBitScales(p));
        for (std::size_t g = 0; g < 16; ++g) scales[g] = d * static_cast<float>(sc[g] - 32);
    }
    static void unpackCodes(Bytes __restrict p, std::int8_t* __restrict codes)
    {
        for (int h = 0; h < 2; ++h)
            for (int plane = 0; plane < 4; ++plane)
                for (int l = 0; l < 32; ++l) {
                    const int low = (p[32 + 32 * h + l] >> (2 * plane)) & 3;
                    const int high = (p[l] >> (4 * h + plane)) & 1;
                    codes[128 * h + 32 * plane + l] = static_cast<std::int8_t>((low | high << 2) - 4);
                }
    }
#if defined(__AVX2__)
    // Codes without the − 4.
    [[gnu::always_inline]] static __m256i unsigned32(Bytes p, int g)
    {
        const __m256i planes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32 + 32 * (g / 4)));
        const __m256i low = _mm256_and_si256(_mm256_srli_epi16(planes, 2 * (g % 4)), _mm256_set1_epi8(3));
        const __m256i mask = _mm256_srli_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)), g);
        const __m256i high = _mm256_slli_epi16(_mm256_and_si256(mask, _mm256_set1_epi8(1)), 2);
        return _mm256_or_si256(low, high);
    }
    [[gnu::always_inline]] static __m256i codes32(Bytes p, int g) { return _mm256_sub_epi8(unsigned32(p, g), _mm256_set1_epi8(4)); }
#endif
};

} // namespace

CORRAL_DECLARE_FAST_BATCH(q3_K)

} // namespace corral::quant::formats
