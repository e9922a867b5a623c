// IQ2_XS: d f16 [0:2], 32 × u16 [2:66] (grid index in bits 0–8, seven signs above), scale nibbles [66:74], one for 16 values;
// x = ± d (s + 0.5) / 4 · grid.
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct IQ2_xs {
    static constexpr int values = 256, bytes = 74, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 16; ++g) {
            scales[g] = d * (0.5f + static_cast<float>((p[66 + g / 2] >> (4 * (g % 2))) & 15)) * 0.25f;
            for (int l = 0; l < 2; ++l) {
                const unsigned packed = readAs<std::uint16_t>(p + 2 + 4 * g + 2 * l);
                signedCodes(kGridIq2xs[packed & 511], evenSigns(packed >> 9), codes + 16 * g + 8 * l);
            }
        }
    }
};

} // namespace

extern constinit const Format iq2_xs = blockFormat<IQ2_xs>(17, "iq2_xs", 1.45e-2f, {}, encode::iq2_xs);

} // namespace corral::quant::formats
