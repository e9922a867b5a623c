#if defined(__x86_64__)
#include "core/quant/decode_vectors.h"
#include "core/quant/formats/q3_K.h"
#include "core/quant/k_dot_avx512.h"

namespace corral::quant::formats {
namespace {

// Two affine instructions bring the low two bits and the high bit of 64 codes into place. Codes stay 0 … 7; 4 times the scaled sums is
// taken off.
class Kernel {
public:
    static constexpr int values = 256, bytes = 110;

    [[gnu::always_inline]] void step(Bytes p, const ActivationRow& x, std::int64_t s, __m512& sum) const
    {
        const __m512i mask = bothHalves(p), h0 = bothHalves(p + 32), h1 = bothHalves(p + 64);
        const __m512i codes[4] = {
            _mm512_or_si512(affine(h0, m_first), affine(mask, m_high[0])), _mm512_or_si512(affine(h0, m_second), affine(mask, m_high[1])),
            _mm512_or_si512(affine(h1, m_first), affine(mask, m_high[2])), _mm512_or_si512(affine(h1, m_second), affine(mask, m_high[3]))};
        const auto packed = std::bit_cast<__m128i>(Q3_K::sixBitScales(p));
        const __m256i scales = _mm256_cvtepi8_epi16(_mm_sub_epi8(packed, _mm_set1_epi8(32)));
        const __m512i products = scaledProducts(codes, Activations256(x, s).part, _mm512_castsi256_si512(scales), m_scaleIndex);
        addScaled(sum, subtractShifted(products, _mm256_madd_epi16(scales, sumsOf16(x, s)), 2), halfAt(p + 108) * x.scales[s]);
    }

private:
    const __m512i m_scaleIndex[4] = {scaleOf16(0), scaleOf16(1), scaleOf16(2), scaleOf16(3)};
    const __m512i m_first = matrices(moveBits(0, 0, 2), moveBits(2, 0, 2)), m_second = matrices(moveBits(4, 0, 2), moveBits(6, 0, 2));
    const __m512i m_high[4] = {matrices(moveBits(0, 2, 1), moveBits(1, 2, 1)), matrices(moveBits(2, 2, 1), moveBits(3, 2, 1)),
                               matrices(moveBits(4, 2, 1), moveBits(5, 2, 1)), matrices(moveBits(6, 2, 1), moveBits(7, 2, 1))};
};

} // namespace

void q3_K_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n) { decodeVectors<Q3_K>(blocks, values, n); }

void q3_K_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    dotSteps<Kernel, Q3_K>(weights, rowBytes, rows, n, x, y);
}

} // namespace corral::quant::formats
#endif
