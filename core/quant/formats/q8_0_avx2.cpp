#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/dot_frame.h"
#include "core/quant/formats/q8_0.h"

namespace corral::quant::formats {
namespace {

// The sign of a code goes to its activation, so that its magnitude (up to 128) is the unsigned operand. The other way round would be wrong
// for −128, which files may hold.
struct OneBlock {
    static constexpr int values = 32, bytes = 34;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const __m256i codes = Q8_0::codes32(p, 0);
        const __m256i a = _mm256_load_si256(reinterpret_cast<const __m256i*>(x.codes + 32 * s));
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(a, codes));
        const __m256i products = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
        sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(products), _mm256_set1_ps(halfAt(p) * x.scales[s]), sum);
    }
};

} // namespace

void q8_0_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q8_0>(blocks, values, n); }

void q8_0_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<OneBlock, Q8_0>(weights, rowBytes, rows, n, x, y);
}

void q8_0_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<SmallRows<Q8_0, BatchCodes::Signed, 0>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
