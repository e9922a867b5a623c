// Q1_0: d f16 [0:2], 128 bits [2:18]; x = d where the bit is set, else −d.
#include "core/quant/encode/encoders.h"
#include "core/quant/grid_codes.h"

namespace corral::quant::formats {
namespace {

struct Q1_0 {
    static constexpr int values = 128, bytes = 18, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        for (int g = 0; g < 4; ++g) scales[g] = halfAt(p);
        for (int i = 0; i < 16; ++i) signedCodes(std::uint64_t(0x0101010101010101u), ~static_cast<unsigned>(p[2 + i]), codes + 8 * i);
    }
};

} // namespace

extern constinit const Format q1_0 = blockFormat<Q1_0>(41, "q1_0", 1.51e-2f, {}, encode::q1_0);

} // namespace corral::quant::formats
