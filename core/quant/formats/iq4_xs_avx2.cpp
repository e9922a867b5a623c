#if defined(__x86_64__)
#include "core/quant/batch_rows_avx2.h"
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/iq4_xs.h"
#include "core/quant/k_dot_avx2.h"

namespace corral::quant::formats {
namespace {

// Two groups share a register, as in nibble_dot_avx2.h. The sign of a table value goes to its activation: its magnitude is the unsigned
// operand, and pairs of products fit in int16.
class Kernel {
public:
    static constexpr int values = 256, bytes = 136;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m256& sum) const
    {
        const __m256i scales = _mm256_broadcastsi128_si256(IQ4_xs::signedScales(p));
        const __m256i fifteen = _mm256_set1_epi8(15);
        __m256i products = _mm256_setzero_si256();
#pragma GCC unroll 4
        for (int pair = 0; pair < 4; ++pair) {
            const std::int8_t* a = x.codes + 256 * s + 64 * pair;
            const __m256i packed = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 8 + 32 * pair));
            const __m256i low = _mm256_shuffle_epi8(m_table, _mm256_and_si256(packed, fifteen));
            const __m256i high = _mm256_shuffle_epi8(m_table, _mm256_and_si256(_mm256_srli_epi16(packed, 4), fifteen));
            const __m256i actA = _mm256_load_si256(reinterpret_cast<const __m256i*>(a));
            const __m256i actB = _mm256_load_si256(reinterpret_cast<const __m256i*>(a + 32));
            const __m256i first = _mm256_permute2x128_si256(actA, actB, 0x20), last = _mm256_permute2x128_si256(actA, actB, 0x31);
            // Word 2 pair in the lower 128 bits, word 2 pair + 1 in the upper.
            const __m256i scale = _mm256_shuffle_epi8(scales, scalePair(2 * pair));
            products = _mm256_add_epi32(products,
                                        _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_abs_epi8(low), _mm256_sign_epi8(first, low)), scale));
            products = _mm256_add_epi32(
                products, _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_abs_epi8(high), _mm256_sign_epi8(last, high)), scale));
        }
        addScaled(sum, products, halfAt(p) * x.scales[s]);
    }

private:
    const __m256i m_table = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kValuesIq4.data())));
};

[[gnu::always_inline]] inline LargeScales largeScales(Bytes p)
{
    return {_mm256_castsi128_si256(IQ4_xs::signedScales(p)), _mm256_setzero_si256(), halfAt(p), 0};
}

} // namespace

void iq4_xs_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<IQ4_xs>(blocks, values, n); }

void iq4_xs_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, IQ4_xs>(weights, rowBytes, rows, n, x, y);
}

void iq4_xs_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    dotBatch<LargeRows<IQ4_xs, BatchCodes::Signed, 0, largeScales>>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
