// IQ2_S: d f16 [0:2], low index bytes [2:34], signs [34:66], high index bits [66:74], scale nibbles [74:82], one for 16 values;
// x = ± d (s + 0.5) / 4 · grid.
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct IQ2_s {
    static constexpr int values = 256, bytes = 82, group = 16;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 16; ++g) {
            scales[g] = d * (0.5f + static_cast<float>((p[74 + g / 2] >> (4 * (g % 2))) & 15)) * 0.25f;
            for (int k = 2 * g; k < 2 * g + 2; ++k) { // eight values each
                const unsigned index = p[2 + k] | ((p[66 + k / 4] >> (2 * (k % 4))) & 3u) << 8;
                signedCodes(kGridIq2s[index], p[34 + k], codes + 8 * k);
            }
        }
    }
};

} // namespace

extern constinit const Format iq2_s = blockFormat<IQ2_s>(22, "iq2_s", 1.32e-2f, {}, encode::iq2_s);

} // namespace corral::quant::formats
