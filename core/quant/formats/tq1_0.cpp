// TQ1_0: qs [0:48], qh [48:52], d f16 [52:54]; five ternary digits a byte, stored as a fraction in base 3: digit n is the integer
// part of 3 · frac(byte · 3^n / 256), x = d (digit − 1).
#include "core/quant/block_codes.h"
#include "core/quant/encode/encoders.h"

namespace corral::quant::formats {
namespace {

struct TQ1_0 {
    static constexpr int values = 256, bytes = 54, group = 256;
    static constexpr bool affine = false;
    static constexpr ActivationKind activation = ActivationKind::Q8x256;

    static void unpack(Bytes __restrict p, std::int8_t* __restrict codes, float* __restrict scales, float* __restrict)
    {
        static constexpr std::uint8_t powers[5] = {1, 3, 9, 27, 81};
        const auto digit = [](std::uint8_t byte, int n) {
            const auto fraction = static_cast<std::uint8_t>(byte * powers[n]);
            return static_cast<std::int8_t>(((fraction * 3) >> 8) - 1);
        };
        scales[0] = halfAt(p + 52);
        for (int n = 0; n < 5; ++n) {
            for (int m = 0; m < 32; ++m) codes[32 * n + m] = digit(p[m], n);
            for (int m = 0; m < 16; ++m) codes[160 + 16 * n + m] = digit(p[32 + m], n);
        }
        for (int n = 0; n < 4; ++n)
            for (int m = 0; m < 4; ++m) codes[240 + 4 * n + m] = digit(p[48 + m], n);
    }
};

} // namespace

extern constinit const Format tq1_0 = blockFormat<TQ1_0>(34, "tq1_0", 1.27e-2f, {}, encode::tq1_0);

} // namespace corral::quant::formats
