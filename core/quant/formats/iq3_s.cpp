// IQ3_S: d f16 [0:2], low index bytes [2:66], one for 4 values, high index bits [66:74], signs [74:106], scale nibbles [106:110], one for
// 32 values; x = ± d (1 + 2 s) · grid.
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct IQ3_s {
    static constexpr int values = 256, bytes = 110, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 8; ++g) {
            scales[g] = d * static_cast<float>(1 + 2 * ((p[106 + g / 2] >> (4 * (g % 2))) & 15));
            for (int k = 0; k < 8; ++k) {
                const unsigned index = p[2 + 8 * g + k] | ((p[66 + g] >> k) & 1u) << 8;
                signedCodes(kGridIq3s[index], static_cast<unsigned>(p[74 + 4 * g + k / 2]) >> (4 * (k % 2)), codes + 32 * g + 4 * k);
            }
        }
    }
};

} // namespace

extern constinit const Format iq3_s = blockFormat<IQ3_s>(21, "iq3_s", 1.40e-2f, {}, encode::iq3_s);

} // namespace corral::quant::formats
