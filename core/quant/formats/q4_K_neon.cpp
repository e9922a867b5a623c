#if defined(__aarch64__)
#include "core/quant/formats/q4_K.h"
#include "core/quant/k_nibble_dot_neon.h"

namespace corral::quant::formats {

void q4_K_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<KNibbles<16, -1>, Q4_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
