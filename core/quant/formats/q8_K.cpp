// Q8_K, an activation format that files do not hold: d f32 [0:4], q int8 × 256 [4:260], 16 sums int16 [260:292] that decoding
// ignores; x = d q.
#include "core/quant/block_codes.h"

namespace corral::quant::formats {
namespace {

struct Q8_K {
    static constexpr int values = 256, bytes = 292, group = 256;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        scales[0] = readAs<float>(p);
        std::memcpy(codes, p + 4, 256);
    }
};

} // namespace

extern constinit const Format q8_K = blockFormat<Q8_K>(15, "q8_K", 1.4e-2f);

} // namespace corral::quant::formats
