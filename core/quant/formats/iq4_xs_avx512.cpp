#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/iq4_xs.h"

namespace corral::quant::formats {

void iq4_xs_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<IQ4_xs>(blocks, values, n); }

void iq4_xs_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotBlocks<IQ4_xs>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
