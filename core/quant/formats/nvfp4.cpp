// NVFP4: four scales u8 [0:4] (UE4M3), qs [4:36]; group s of 16 uses qs[8s : 8s+8], byte j holds value j in its low and value j + 8 in
// its high nibble; x = scale / 2 · kValuesFp4[q].
#include "core/quant/block_codes.h"
#include "core/quant/codebook.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {
namespace {

// Half of an unsigned float of 4 exponent bits (bias 7) and 3 mantissa bits, the top bit of the byte
// ignored; 0x7f stands for 0 (and 0xff for 480).
float halvedUe4m3(std::uint8_t byte)
{
    if (byte == 0x7f) return 0;
    const std::uint32_t bits = byte & 0x7fu;
    if (bits < 8) return static_cast<float>(bits) * 0x1p-10f; // subnormal: mantissa · 2^-9, halved
    return std::bit_cast<float>((bits << 20) + ((127u - 7u - 1u) << 23));
}

struct Nvfp4 {
    static constexpr int values = 64, bytes = 36, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        for (int s = 0; s < 4; ++s) {
            scales[s] = halvedUe4m3(p[s]);
            for (int j = 0; j < 8; ++j) {
                codes[16 * s + j] = kValuesFp4[p[4 + 8 * s + j] & 15];
                codes[16 * s + j + 8] = kValuesFp4[p[4 + 8 * s + j] >> 4];
            }
        }
    }
};

} // namespace

extern constinit const Format nvfp4 = blockFormat<Nvfp4>(40, "nvfp4", 1.40e-2f, {}, encode::nvfp4);

} // namespace corral::quant::formats
