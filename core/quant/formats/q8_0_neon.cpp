#if defined(__aarch64__)
#include "core/quant/dot_frame_neon.h"
#include "core/quant/formats/q8_0.h"

namespace corral::quant::formats {
namespace {

// One block: 32 codes of its own and 32 of the activations.
struct Kernel {
    [[gnu::always_inline]] static void step(Bytes p, const ActivationRow& x, std::int64_t s, float32x4_t& sum)
    {
        const int8x16_t first = vreinterpretq_s8_u8(vld1q_u8(p + 2)), last = vreinterpretq_s8_u8(vld1q_u8(p + 18));
        addScaled(sum, products32(first, last, x.codes + 32 * s), halfAt(p) * x.scales[s]);
    }
};

} // namespace

void q8_0_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q8_0>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
