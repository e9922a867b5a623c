// Q2_0: d f16 [0:2], 64 codes of 2 bits [2:18]; x = d (q − 1).
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {
namespace {

struct Q2_0 {
    static constexpr int values = 64, bytes = 18, group = 32;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x32;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        for (int g = 0; g < 2; ++g) scales[g] = halfAt(p);
        for (int i = 0; i < 16; ++i) {
            const std::uint32_t packed = p[2 + i];
            const std::uint32_t spread = (packed | packed << 6 | packed << 12 | packed << 18) & 0x03030303u; // a code a byte
            const std::uint32_t less1 = ((spread | 0x80808080u) - 0x01010101u) ^ 0x80808080u;                // without borrows
            std::memcpy(codes + 4 * i, &less1, 4);
        }
    }
};

} // namespace

extern constinit const Format q2_0 = blockFormat<Q2_0>(42, "q2_0", 1.52e-2f, {}, encode::q2_0);

} // namespace corral::quant::formats
