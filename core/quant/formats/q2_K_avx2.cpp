#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q2_K.h"
#include "core/quant/k_dot_avx2.h"

namespace corral::quant::formats {
namespace {

struct Kernel {
    static constexpr int values = 256, bytes = 84;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), fifteen = _mm_set1_epi8(15);
        const __m256i scales = _mm256_cvtepu8_epi16(_mm_and_si128(packed, fifteen));
        const __m256i minimums = _mm256_cvtepu8_epi16(_mm_and_si128(_mm_srli_epi16(packed, 4), fifteen));
        const __m256i codesSum = scaledProducts16([p](int g) { return Q2_K::codes32(p, g); }, scales, x.codes + 256 * s);
        addScaled(sum, codesSum, halfAt(p + 80) * x.scales[s]);
        addScaled(sum, _mm256_madd_epi16(minimums, sumsOf16(x, s)), -(halfAt(p + 82) * x.scales[s]));
    }
};

[[gnu::always_inline]] inline LargeScales largeScales(Bytes p)
{
    const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), fifteen = _mm_set1_epi8(15);
    const __m256i scales = _mm256_cvtepu8_epi16(_mm_and_si128(packed, fifteen));
    const __m256i minimums = _mm256_cvtepu8_epi16(_mm_and_si128(_mm_srli_epi16(packed, 4), fifteen));
    return {scales, minimums, halfAt(p + 80), -halfAt(p + 82)};
}

} // namespace

void q2_K_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q2_K>(blocks, values, n); }

void q2_K_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q2_K>(weights, rowBytes, rows, n, x, y);
}

void q2_K_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<LargeRows<Q2_K, BatchCodes::Four, 0, largeScales>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
