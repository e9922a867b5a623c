#if defined(__aarch64__)
#include "core/quant/dot_frame_neon.h"
#include "core/quant/formats/q4_0.h"

namespace corral::quant::formats {
namespace {

struct Kernel {
    [[gnu::always_inline]] static void step(Bytes p, const ActivationRow& x, std::int64_t s, float32x4_t& sum)
    {
        const uint8x16_t bytes = vld1q_u8(p + 2);
        const int8x16_t eight = vdupq_n_s8(8);
        addScaled(sum, products32(vsubq_s8(lowNibbles(bytes), eight), vsubq_s8(highNibbles(bytes), eight), x.codes + 32 * s), halfAt(p) * x.scales[s]);
    }
};

} // namespace

void q4_0_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q4_0>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
