#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q5_1.h"
#include "core/quant/nibble_dot_avx512.h"
#include "core/quant/nibble_rows_avx512.h"

namespace corral::quant::formats {

void q5_1_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q5_1>(blocks, values, n); }

void q5_1_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<FourBlocks<Q5_1::layout>, Q5_1>(weights, rowBytes, rows, n, x, y);
}

void q5_1_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<NibbleRows<Q5_1::layout>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
