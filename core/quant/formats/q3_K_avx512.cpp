#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q3_K.h"

namespace corral::quant::formats {

void q3_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q3_K>(blocks, values, n); }

void q3_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotBlocks<Q3_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
