#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q3_K.h"
#include "core/quant/k_dot_avx2.h"

namespace corral::quant::formats {
namespace {

// Codes stay 0 … 7; 4 times the scaled sums is taken off.
struct Kernel {
    static constexpr int values = 256, bytes = 110;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const auto packed = std::bit_cast<__m128i>(Q3_K::sixBitScales(p));
        const __m256i scales = _mm256_cvtepi8_epi16(_mm_sub_epi8(packed, _mm_set1_epi8(32)));
        const __m256i codesSum = scaledProducts16([p](int g) { return Q3_K::unsigned32(p, g); }, scales, x.codes + 256 * s);
        const __m256i offset = _mm256_slli_epi32(_mm256_madd_epi16(scales, sumsOf16(x, s)), 2);
        addScaled(sum, _mm256_sub_epi32(codesSum, offset), halfAt(p + 108) * x.scales[s]);
    }
};

// 4 times the scaled sums is taken off.
[[gnu::always_inline]] inline LargeScales largeScales(Bytes p)
{
    const auto packed = std::bit_cast<__m128i>(Q3_K::sixBitScales(p));
    const __m256i scales = _mm256_cvtepi8_epi16(_mm_sub_epi8(packed, _mm_set1_epi8(32)));
    return {scales, _mm256_slli_epi16(scales, 2), halfAt(p + 108), -halfAt(p + 108)};
}

} // namespace

void q3_K_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q3_K>(blocks, values, n); }

void q3_K_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q3_K>(weights, rowBytes, rows, n, x, y);
}

void q3_K_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<LargeRows<Q3_K, BatchCodes::Four, 4, largeScales>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
