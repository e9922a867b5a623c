#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/mxfp4.h"
#include "core/quant/nibble_dot_avx512.h"
#include "core/quant/nibble_rows_avx512.h"

namespace corral::quant::formats {

void mxfp4_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Mxfp4>(blocks, values, n); }

void mxfp4_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,
                         float* y)
{
    dotSteps<FourBlocks<Mxfp4::layout>, Mxfp4>(weights, rowBytes, rows, n, x, y);
}

void mxfp4_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<NibbleRows<Mxfp4::layout>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
