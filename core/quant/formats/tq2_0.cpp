// TQ2_0: qs [0:64], d f16 [64:66]; value 128 g + 32 n + m is bits 2n of qs[32 g + m], x = d (q − 1).
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {
namespace {

struct TQ2_0 {
    static constexpr int values = 256, bytes = 66, group = 256;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        scales[0] = halfAt(p + 64);
        for (int g = 0; g < 2; ++g)
            for (int n = 0; n < 4; ++n)
                for (int m = 0; m < 32; ++m) codes[128 * g + 32 * n + m] = static_cast<std::int8_t>(((p[32 * g + m] >> (2 * n)) & 3) - 1);
    }
};

} // namespace

extern constinit const Format tq2_0 = blockFormat<TQ2_0>(35, "tq2_0", 1.27e-2f, {}, encode::tq2_0);

} // namespace corral::quant::formats
