#if defined(__x86_64__)
#include "core/quant/formats/q8_0.h"

namespace corral::quant::formats {

void q8_0_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeBlocks<Q8_0>(blocks, values, n); }

void q8_0_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotBlocks<Q8_0>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
