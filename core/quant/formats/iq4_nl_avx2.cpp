#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/iq4_nl.h"
#include "core/quant/nibble_dot_avx2.h"

namespace corral::quant::formats {

void iq4_nl_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<IQ4_nl>(blocks, values, n); }

void iq4_nl_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<FourBlocks<IQ4_nl::layout>, IQ4_nl>(weights, rowBytes, rows, n, x, y);
}

void iq4_nl_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<SmallRows<IQ4_nl, BatchCodes::Signed, 0>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
