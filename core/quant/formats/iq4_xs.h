#pragma once
// IQ4_XS: d f16 [0:2], scales_h u16 [2:4], scales_l [4:8], qs [8:136]; group g has the six-bit scale ls = nibble g of scales_l
// + 16 · (bits 2g of scales_h), x = d (ls − 32) · kValuesIq4[q]; nibbles of a group's 16 bytes as in IQ4_NL.
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"

namespace corral::quant::formats {
namespace {

struct IQ4_xs {
    static constexpr int values = 256, bytes = 136, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        const unsigned high = readAs<std::uint16_t>(p + 2);
        for (int g = 0; g < 8; ++g) {
            const int low = (p[4 + g / 2] >> (4 * (g % 2))) & 15;
            scales[g] = d * static_cast<float>((low | static_cast<int>((high >> (2 * g)) & 3) << 4) - 32);
            for (int j = 0; j < 16; ++j) {
                codes[32 * g + j] = kValuesIq4[p[8 + 16 * g + j] & 15];
                codes[32 * g + 16 + j] = kValuesIq4[p[8 + 16 * g + j] >> 4];
            }
        }
    }
};

} // namespace

CORRAL_DECLARE_FAST_PATHS(iq4_xs)

} // namespace corral::quant::formats
