#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q4_K.h"
#include "core/quant/k_nibble_dot_avx512.h"
#include "core/quant/k_nibble_rows_avx512.h"

namespace corral::quant::formats {

void q4_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q4_K>(blocks, values, n); }

void q4_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<KNibbles<Q4_K, false>, Q4_K>(weights, rowBytes, rows, n, x, y);
}

void q4_K_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<KNibbleRows<Q4_K, false>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
