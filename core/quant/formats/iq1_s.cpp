// IQ1_S: d f16 [0:2], low index bytes [2:34], one for 8 values, then a u16 a group of 32 [34:50]: four times three high index bits, the
// scale s in bits 12–14, the sign of delta in bit 15; x = d (2 s + 1) (grid + delta).
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/ternary_grid.h"

namespace corral::quant::formats {
namespace {

struct IQ1_s {
    static constexpr int values = 256, bytes = 50, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 8; ++g) {
            const unsigned high = readAs<std::uint16_t>(p + 34 + 2 * g);
            scales[g] = d * static_cast<float>(2 * ((high >> 12) & 7) + 1) * 0.125f;
            for (int l = 0; l < 4; ++l)
                ternaryCodes(p[2 + 4 * g + l] | ((high >> (3 * l)) & 7) << 8, (high & 0x8000) != 0, codes + 32 * g + 8 * l);
        }
    }
};

} // namespace

extern constinit const Format iq1_s = blockFormat<IQ1_s>(19, "iq1_s", 1.61e-2f, {}, encode::iq1_s);

} // namespace corral::quant::formats
