#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/mxfp4.h"
#include "core/quant/nibble_dot_avx2.h"

namespace corral::quant::formats {

void mxfp4_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Mxfp4>(blocks, values, n); }

void mxfp4_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<FourBlocks<Mxfp4::layout>, Mxfp4>(weights, rowBytes, rows, n, x, y);
}

void mxfp4_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<SmallRows<Mxfp4, BatchCodes::Five, 12>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
