#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q5_K.h"
#include "core/quant/k_nibble_dot_avx512.h"
#include "core/quant/k_nibble_rows_avx512.h"

namespace corral::quant::formats {

void q5_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q5_K>(blocks, values, n); }

void q5_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<KNibbles<Q5_K, true>, Q5_K>(weights, rowBytes, rows, n, x, y);
}

void q5_K_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<KNibbleRows<Q5_K, true>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
