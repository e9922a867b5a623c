#if defined(__x86_64__)
#include "core/quant/formats/iq4_nl.h"

namespace corral::quant::formats {

void iq4_nl_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeBlocks<IQ4_nl>(blocks, values, n); }

void iq4_nl_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotBlocks<IQ4_nl>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
