// Q8_1, an activation format that files do not hold: d f16 [0:2], a sum f16 [2:4] that decoding ignores, q int8 × 32 [4:36]; x = d q.
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q8_1 {
    static constexpr int values = 32, bytes = 36, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        scales[0] = halfAt(p);
        std::memcpy(codes, p + 4, 32);
    }
};

} // namespace

extern constinit const Format q8_1 = blockFormat<Q8_1>(9, "q8_1", 1.4e-2f);

} // namespace corral::quant::formats
