#if defined(__aarch64__)
#include "core/quant/formats/q5_K.h"
#include "core/quant/k_nibble_dot_neon.h"

namespace corral::quant::formats {

void q5_K_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<KNibbles<48, 16>, Q5_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
