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

[[gnu::always_inline]] inline void prefetch(const std::uint8_t*& ahead, int lines)
{
    for (int i = 0; i < lines; ++i, ahead += 64) _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
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

// sum[v] += Σ over `Quads` times four values of eight rows, from `quad` on, times `factor`.
template <int V, BatchCodes Codes, int Quads>
[[gnu::always_inline]] inline void addProducts(const std::uint8_t (&codes)[8][kBatchRows][4], int half, const std::int8_t (*x)[32], int quad, __m256i factor,
                                               __m256i (&sum)[V])
{
    constexpr int together = pairsTogether(Codes) < Quads ? pairsTogether(Codes) : Quads;
#pragma GCC unroll 8
    for (int q = quad; q < quad + Quads; q += together) {
        __m256i pairs[V];
#pragma GCC unroll 8
        for (int k = 0; k < together; ++k) {
            const __m256i w = _mm256_load_si256(reinterpret_cast<const __m256i*>(codes[q + k][8 * half]));
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                const __m256i a = four(x[v] + 4 * (q + k));
                __m256i products;
                if constexpr (Codes == BatchCodes::Signed) products = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w));
                else products = _mm256_maddubs_epi16(w, a);
                pairs[v] = k == 0 ? products : _mm256_add_epi16(pairs[v], products);
                asm("" : "+x"(pairs[v])); // or the compiler makes a tree of the sums, which does not fit into registers
            }
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            sum[v] = _mm256_add_epi32(sum[v], _mm256_madd_epi16(pairs[v], factor));
            asm("" : "+x"(sum[v]));
        }
    }
}

template <int V, BatchCodes Codes>
void multiplySmall(const RowsPiece& rows, const BatchPiece& x, int groups, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    const int perGroup = (lines + groups - 1) / groups;
    for (int g = 0; g < groups; ++g) {
        prefetch(ahead, perGroup);
        for (int half = 0; half < 2; ++half) {
            __m256i sum[V];
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) sum[v] = _mm256_setzero_si256();
            addProducts<V, Codes, 8>(rows.codes[g], half, x.codes[g], 0, _mm256_set1_epi16(1), sum);
            const __m256 scale = _mm256_load_ps(rows.scales[g] + 8 * half), sumScale = _mm256_load_ps(rows.sumScales[g] + 8 * half);
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                float* out = sums[v] + 8 * half;
                __m256 total = _mm256_load_ps(out);
                total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[v]), _mm256_mul_ps(scale, _mm256_set1_ps(x.scales[g][v])), total);
                if constexpr (Codes != BatchCodes::Signed) total = _mm256_fmadd_ps(sumScale, _mm256_set1_ps(x.scaledSums[g][v]), total);
                _mm256_store_ps(out, total);
            }
        }
    }
}

// A whole piece adds up in int32. V vectors from `first` on.
template <int V, BatchCodes Codes, int PerScale>
[[gnu::always_inline]] inline void multiplyVectors(const RowsPiece& rows, const BatchPiece& x, int first, float (*sums)[kBatchRows])
{
    constexpr int scales = 32 / PerScale; // in a group of 32
    for (int half = 0; half < 2; ++half) {
        __m256i sum[V], offset[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) sum[v] = offset[v] = _mm256_setzero_si256();
        for (int g = 0; g < kBatchGroups; ++g) {
#pragma GCC unroll 2
            for (int i = 0; i < scales; ++i) {
                const __m256i factor = _mm256_load_si256(reinterpret_cast<const __m256i*>(rows.factors[scales * g + i][8 * half]));
                addProducts<V, Codes, 8 / scales>(rows.codes[g], half, x.codes[g] + first, 8 / scales * i, factor, sum);
            }
            if constexpr (Codes != BatchCodes::Signed) {
                const __m256i factor = _mm256_load_si256(reinterpret_cast<const __m256i*>(rows.sumFactors[g][8 * half]));
#pragma GCC unroll 4
                for (int v = 0; v < V; ++v) offset[v] = _mm256_add_epi32(offset[v], _mm256_madd_epi16(factor, four(x.sums[g][first + v])));
            }
        }
        const __m256 scale = _mm256_load_ps(rows.scale + 8 * half), sumScale = _mm256_load_ps(rows.sumScale + 8 * half);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            __m256 total = _mm256_mul_ps(_mm256_cvtepi32_ps(sum[v]), scale);
            if constexpr (Codes != BatchCodes::Signed) total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(offset[v]), sumScale, total);
            float* out = sums[first + v] + 8 * half;
            _mm256_store_ps(out, _mm256_fmadd_ps(total, _mm256_set1_ps(x.scales[0][first + v]), _mm256_load_ps(out)));
        }
    }
}

template <int V, BatchCodes Codes, int PerScale>
void multiplyLarge(const RowsPiece& rows, const BatchPiece& x, int, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    prefetch(ahead, lines);
    constexpr int first = V > 4 ? (V + 1) / 2 : V; // so many have their sums in registers
    multiplyVectors<first, Codes, PerScale>(rows, x, 0, sums);
    if constexpr (V > first) multiplyVectors<V - first, Codes, PerScale>(rows, x, first, sums);
}

template <BatchCodes Codes, int... V> MultiplyPieceFn small(int vectors, std::integer_sequence<int, V...>)
{
    static constexpr MultiplyPieceFn kTable[] = {multiplySmall<V + 1, Codes>...};
    return kTable[vectors - 1];
}
template <BatchCodes Codes, int PerScale, int... V> MultiplyPieceFn large(int vectors, std::integer_sequence<int, V...>)
{
    static constexpr MultiplyPieceFn kTable[] = {multiplyLarge<V + 1, Codes, PerScale>...};
    return kTable[vectors - 1];
}
constexpr auto kCounts = std::make_integer_sequence<int, kBatchVectors>();

} // namespace

MultiplyPieceFn multiplySmallAvx2(BatchCodes codes, int vectors)
{
    switch (codes) {
    case BatchCodes::Four: return small<BatchCodes::Four>(vectors, kCounts);
    case BatchCodes::Five: return small<BatchCodes::Five>(vectors, kCounts);
    case BatchCodes::Six:
    case BatchCodes::Signed: break;
    }
    return small<BatchCodes::Signed>(vectors, kCounts);
}

MultiplyPieceFn multiplyLargeAvx2(BatchCodes codes, int perScale, int vectors)
{
    switch (codes) {
    case BatchCodes::Four: return perScale == 16 ? large<BatchCodes::Four, 16>(vectors, kCounts) : large<BatchCodes::Four, 32>(vectors, kCounts);
    case BatchCodes::Five: return large<BatchCodes::Five, 32>(vectors, kCounts);
    case BatchCodes::Six: return large<BatchCodes::Six, 16>(vectors, kCounts);
    case BatchCodes::Signed: break;
    }
    return large<BatchCodes::Signed, 32>(vectors, kCounts);
}

} // namespace corral::quant
#endif
