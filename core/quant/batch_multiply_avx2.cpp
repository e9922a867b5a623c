#if defined(__x86_64__)
#include "core/quant/batch_multiply.h"

#include <cstring>
#include <immintrin.h>
#include <utility>

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline __m256i four(const void* p)
{
    int value;
    std::memcpy(&value, p, sizeof value);
    return _mm256_set1_epi32(value);
}

// How many products of pairs, of 31 · 127 · 2 at most, fit into 16 bits.
constexpr int pairsTogether(BatchCodes codes)
{
    switch (codes) {
    case BatchCodes::Four: return 8;
    case BatchCodes::Five: return 4;
    case BatchCodes::Six: return 2;
    case BatchCodes::Signed: break;
    }
    return 1;
}

// Eight rows at a time; `PerScale` values share a scale.
template <int V, BatchCodes Codes, int PerScale>
void multiply(const RowsPiece& rows, const BatchPiece& x, int groups, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    constexpr int scales = 32 / PerScale, quads = 8 / scales; // in a group of 32, and of a scale
    constexpr int together = pairsTogether(Codes) < quads ? pairsTogether(Codes) : quads;
    const int perGroup = (lines + groups - 1) / groups;
    const __m256i one = _mm256_set1_epi16(1);
    for (int g = 0; g < groups; ++g) {
        for (int i = 0; i < perGroup; ++i, ahead += 64) _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
        for (int half = 0; half < 2; ++half) {
#pragma GCC unroll 2
            for (int i = 0; i < scales; ++i) {
                __m256i sum[V];
#pragma GCC unroll 8
                for (int q = 0; q < quads; q += together) {
                    __m256i pairs[V];
#pragma GCC unroll 8
                    for (int k = 0; k < together; ++k) {
                        const int quad = i * quads + q + k;
                        const __m256i codes = _mm256_load_si256(reinterpret_cast<const __m256i*>(rows.codes[g][quad][8 * half]));
#pragma GCC unroll 8
                        for (int v = 0; v < V; ++v) {
                            const __m256i a = four(x.codes[g][v] + 4 * quad);
                            __m256i products;
                            if constexpr (Codes == BatchCodes::Signed) products = _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(a, codes));
                            else products = _mm256_maddubs_epi16(codes, a);
                            pairs[v] = k == 0 ? products : _mm256_add_epi16(pairs[v], products);
                            asm("" : "+x"(pairs[v])); // or the compiler makes a tree of the sums, which does not fit into registers
                        }
                    }
#pragma GCC unroll 8
                    for (int v = 0; v < V; ++v) {
                        const __m256i wide = _mm256_madd_epi16(pairs[v], one);
                        sum[v] = q == 0 ? wide : _mm256_add_epi32(sum[v], wide);
                        asm("" : "+x"(sum[v]));
                    }
                }
                const int at = scales * g + i;
                const __m256 scale = _mm256_load_ps(rows.scales[at] + 8 * half), sumScale = _mm256_load_ps(rows.sumScales[at] + 8 * half);
                const float* scaledSums = scales == 2 ? x.scaledSums16[g][i] : x.scaledSums[g];
#pragma GCC unroll 8
                for (int v = 0; v < V; ++v) {
                    float* out = sums[v] + 8 * half;
                    __m256 total = _mm256_load_ps(out);
                    total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[v]), _mm256_mul_ps(scale, _mm256_set1_ps(x.scales[g][v])), total);
                    if constexpr (Codes != BatchCodes::Signed) total = _mm256_fmadd_ps(sumScale, _mm256_set1_ps(scaledSums[v]), total);
                    _mm256_store_ps(out, total);
                }
            }
        }
    }
}

template <BatchCodes Codes, int PerScale, int... V> MultiplyPieceFn choose(int vectors, std::integer_sequence<int, V...>)
{
    static constexpr MultiplyPieceFn kTable[] = {multiply<V + 1, Codes, PerScale>...};
    return kTable[vectors - 1];
}

} // namespace

MultiplyPieceFn multiplyPieceAvx2(BatchCodes codes, int perScale, int vectors)
{
    constexpr auto counts = std::make_integer_sequence<int, kBatchVectors>();
    switch (codes) {
    case BatchCodes::Four: return perScale == 16 ? choose<BatchCodes::Four, 16>(vectors, counts) : choose<BatchCodes::Four, 32>(vectors, counts);
    case BatchCodes::Five: return choose<BatchCodes::Five, 32>(vectors, counts);
    case BatchCodes::Six: return choose<BatchCodes::Six, 16>(vectors, counts);
    case BatchCodes::Signed: break;
    }
    return choose<BatchCodes::Signed, 32>(vectors, counts);
}

} // namespace corral::quant
#endif
