#if defined(__x86_64__)
#include "core/quant/formats/f16.h"
#include "core/quant/scalar_vectors.h"

namespace corral::quant::formats {

void f16_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeScalarVectors<F16>(blocks, values, n); }

void f16_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotScalarVectors<F16>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
