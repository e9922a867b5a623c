#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q5_1.h"
#include "core/quant/nibble_dot_avx2.h"

namespace corral::quant::formats {

void q5_1_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q5_1>(blocks, values, n); }

void q5_1_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<FourBlocks<Q5_1::layout>, Q5_1>(weights, rowBytes, rows, n, x, y);
}

void q5_1_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<SmallRows<Q5_1, BatchCodes::Five, 0>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
