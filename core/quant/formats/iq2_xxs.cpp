// IQ2_XXS: d f16 [0:2], then 8 bytes a group of 32: four grid indices, then a u32 with the scale s in bits 28–31 and four times seven
// sign bits below; x = ± d (s + 0.5) / 4 · grid.
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct IQ2_xxs {
    static constexpr int values = 256, bytes = 66, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        const float d = halfAt(p);
        for (int g = 0; g < 8; ++g) {
            const Bytes unit = p + 2 + 8 * g;
            const auto packed = readAs<std::uint32_t>(unit + 4);
            scales[g] = d * (0.5f + static_cast<float>(packed >> 28)) * 0.25f;
            for (int l = 0; l < 4; ++l) signedCodes(kGridIq2xxs[unit[l]], evenSigns((packed >> (7 * l)) & 127), codes + 32 * g + 8 * l);
        }
    }
};

} // namespace

extern constinit const Format iq2_xxs = blockFormat<IQ2_xxs>(16, "iq2_xxs", 1.53e-2f, {}, encode::iq2_xxs);

} // namespace corral::quant::formats
