#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q5_K.h"
#include "core/quant/k_nibble_dot_avx2.h"

namespace corral::quant::formats {

void q5_K_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q5_K>(blocks, values, n); }

void q5_K_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<KNibbles<Q5_K>, Q5_K>(weights, rowBytes, rows, n, x, y);
}

void q5_K_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<LargeRows<Q5_K, BatchCodes::Five, 0, kNibbleScales>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
