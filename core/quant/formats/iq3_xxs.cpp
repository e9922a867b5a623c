// IQ3_XXS: d f16 [0:2], 64 grid indices [2:66], one for 4 values, then a u32 a group of 32 [66:98]: scale s in bits 28–31, four times
// seven sign bits below; x = ± d (s + 0.5) / 2 · grid.
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct IQ3_xxs {
    static constexpr int values = 256, bytes = 98, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 8; ++g) {
            const auto packed = readAs<std::uint32_t>(p + 66 + 4 * g);
            scales[g] = d * (0.5f + static_cast<float>(packed >> 28)) * 0.5f;
            for (int l = 0; l < 4; ++l) {
                const unsigned signs = evenSigns((packed >> (7 * l)) & 127);
                signedCodes(kGridIq3xxs[p[2 + 8 * g + 2 * l]], signs, codes + 32 * g + 8 * l);
                signedCodes(kGridIq3xxs[p[2 + 8 * g + 2 * l + 1]], signs >> 4, codes + 32 * g + 8 * l + 4);
            }
        }
    }
};

} // namespace

extern constinit const Format iq3_xxs = blockFormat<IQ3_xxs>(18, "iq3_xxs", 1.45e-2f, {}, encode::iq3_xxs);

} // namespace corral::quant::formats
