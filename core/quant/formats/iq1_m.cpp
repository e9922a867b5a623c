// IQ1_M: low index bytes [0:32], one for 8 values, high bits [32:48] (a nibble for 8 values: three index bits, the sign of delta), scales
// 4 × u16 [48:56]: their top nibbles, low to high, are the half float d, the four times three bits below are scales s of 16 values;
// x = d (2 s + 1) (grid + delta).
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/ternary_grid.h"

namespace corral::quant::formats {
namespace {

struct IQ1_m {
    static constexpr int values = 256, bytes = 56, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        unsigned half = 0;
        for (int i = 0; i < 4; ++i) half |= static_cast<unsigned>(p[48 + 2 * i + 1] >> 4) << (4 * i);
        const auto bits = static_cast<std::uint16_t>(half);
        const float d = halfAt(reinterpret_cast<Bytes>(&bits));
        for (int g = 0; g < 16; ++g) {
            const unsigned packed = readAs<std::uint16_t>(p + 48 + 2 * (g / 4));
            scales[g] = d * static_cast<float>(2 * ((packed >> (3 * (g % 4))) & 7) + 1) * 0.125f;
            for (int k = 2 * g; k < 2 * g + 2; ++k) { // eight values each
                const unsigned high = static_cast<unsigned>(p[32 + k / 2]) >> (4 * (k % 2));
                ternaryCodes(p[k] | (high & 7) << 8, (high & 8) != 0, codes + 8 * k);
            }
        }
    }
};

} // namespace

extern constinit const Format iq1_m = blockFormat<IQ1_m>(29, "iq1_m", 1.40e-2f, {}, encode::iq1_m);

} // namespace corral::quant::formats
