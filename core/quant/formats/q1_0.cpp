// Q1_0: d f16 [0:2], 128 bits [2:18]; x = d where the bit is set, else −d.
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q1_0 {
    static constexpr int values = 128, bytes = 18, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        for (int g = 0; g < 4; ++g) scales[g] = halfAt(p);
        for (int i = 0; i < 128; ++i) codes[i] = static_cast<std::int8_t>(2 * ((p[2 + i / 8] >> (i % 8)) & 1) - 1);
    }
};

} // namespace

extern constinit const Format q1_0 = blockFormat<Q1_0>(41, "q1_0", 1.51e-2f);

} // namespace corral::quant::formats
