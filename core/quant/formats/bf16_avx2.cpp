#if defined(__x86_64__)
#include "core/quant/formats/bf16.h"
#include "core/quant/scalar_vectors.h"

namespace corral::quant::formats {

void bf16_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeScalarVectors<Bf16>(blocks, values, n); }

void bf16_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotScalarVectors<Bf16>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
