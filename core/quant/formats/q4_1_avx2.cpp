#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q4_1.h"
#include "core/quant/nibble_dot_avx2.h"

namespace corral::quant::formats {

void q4_1_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q4_1>(blocks, values, n); }

void q4_1_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<FourBlocks<Q4_1::layout>, Q4_1>(weights, rowBytes, rows, n, x, y);
}

void q4_1_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<SmallRows<Q4_1, BatchCodes::Four, 0>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
