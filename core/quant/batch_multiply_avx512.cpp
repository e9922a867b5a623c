#if defined(__x86_64__)
#include "core/quant/batch_multiply.h"

#include <cstring>
#include <immintrin.h>
#include <utility>

namespace corral::quant {
namespace {

[[gnu::always_inline]] inline __m512i four(const void* p)
{
    int value;
    std::memcpy(&value, p, sizeof value);
    return _mm512_set1_epi32(value);
}

[[gnu::always_inline]] inline void prefetch(const std::uint8_t*& ahead, int lines)
{
    for (int i = 0; i < lines; ++i, ahead += 64) _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
}

// Eight vpdpbusd multiply 16 rows with 32 values of a vector; a scale costs a conversion and an FMA more.
template <int V> void multiplySmall(const RowsPiece& rows, const BatchPiece& x, int groups, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    __m512 sum[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) sum[v] = _mm512_load_ps(sums[v]);
    const int perGroup = (lines + groups - 1) / groups;
    for (int g = 0; g < groups; ++g) {
        prefetch(ahead, perGroup);
        __m512i codes[8];
#pragma GCC unroll 8
        for (int q = 0; q < 8; ++q) codes[q] = _mm512_load_si512(rows.codes[g][q]);
        const __m512 scale = _mm512_load_ps(rows.scales[g]), sumScale = _mm512_load_ps(rows.sumScales[g]);
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            __m512i products = _mm512_setzero_si512();
#pragma GCC unroll 8
            for (int q = 0; q < 8; ++q) products = _mm512_dpbusd_epi32(products, codes[q], four(x.codes[g][v] + 4 * q));
            sum[v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), _mm512_mul_ps(scale, _mm512_set1_ps(x.scales[g][v])), sum[v]);
            sum[v] = _mm512_fmadd_ps(sumScale, _mm512_set1_ps(x.scaledSums[g][v]), sum[v]);
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) _mm512_store_ps(sums[v], sum[v]);
}

template <int V, int Scales> // a group
void multiplyLarge(const RowsPiece& rows, const BatchPiece& x, int, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    __m512 part[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) part[v] = _mm512_setzero_ps();
    const int perGroup = (lines + kBatchGroups - 1) / kBatchGroups;
    for (int g = 0; g < kBatchGroups; ++g) {
        prefetch(ahead, perGroup);
        __m512i codes[8];
#pragma GCC unroll 8
        for (int q = 0; q < 8; ++q) codes[q] = _mm512_load_si512(rows.codes[g][q]);
        __m512 scale[Scales];
        for (int i = 0; i < Scales; ++i) scale[i] = _mm512_load_ps(rows.scales[Scales * g + i]);
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
#pragma GCC unroll 2
            for (int i = 0; i < Scales; ++i) {
                __m512i products = _mm512_setzero_si512();
#pragma GCC unroll 8
                for (int q = 8 / Scales * i; q < 8 / Scales * (i + 1); ++q) products = _mm512_dpbusd_epi32(products, codes[q], four(x.codes[g][v] + 4 * q));
                part[v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), scale[i], part[v]);
            }
        }
    }
    __m512i factors[kBatchGroups];
#pragma GCC unroll 8
    for (int g = 0; g < kBatchGroups; ++g) factors[g] = _mm512_load_si512(rows.sumFactors[g]);
    const __m512 sumScale = _mm512_load_ps(rows.sumScale);
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
        __m512i offset = _mm512_setzero_si512();
#pragma GCC unroll 8
        for (int g = 0; g < kBatchGroups; ++g) offset = _mm512_dpwssd_epi32(offset, factors[g], four(x.sums[g][v]));
        const __m512 all = _mm512_fmadd_ps(_mm512_cvtepi32_ps(offset), sumScale, part[v]);
        _mm512_store_ps(sums[v], _mm512_fmadd_ps(all, _mm512_set1_ps(x.scales[0][v]), _mm512_load_ps(sums[v])));
    }
}

// One vector, whose products are there.
void addSmall(const ProductsPiece& rows, int groups, float (&sums)[kBatchRows])
{
    const BatchPiece& x = *rows.vector;
    __m512 sum = _mm512_load_ps(sums);
    for (int g = 0; g < groups; ++g) {
        const __m512 scale = _mm512_load_ps(rows.scales[g]), sumScale = _mm512_load_ps(rows.sumScales[g]);
        const __m512 products = _mm512_cvtepi32_ps(_mm512_load_si512(rows.products[g][0]));
        sum = _mm512_fmadd_ps(products, _mm512_mul_ps(scale, _mm512_set1_ps(x.scales[g][0])), sum);
        sum = _mm512_fmadd_ps(sumScale, _mm512_set1_ps(x.scaledSums[g][0]), sum);
    }
    _mm512_store_ps(sums, sum);
}

template <int Scales> // a group
void addLarge(const ProductsPiece& rows, int, float (&sums)[kBatchRows])
{
    const BatchPiece& x = *rows.vector;
    __m512 part = _mm512_setzero_ps();
    __m512i offset = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (int g = 0; g < kBatchGroups; ++g) {
#pragma GCC unroll 2
        for (int i = 0; i < Scales; ++i)
            part = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_load_si512(rows.products[g][i])), _mm512_load_ps(rows.scales[Scales * g + i]), part);
        offset = _mm512_dpwssd_epi32(offset, _mm512_load_si512(rows.sumFactors[g]), four(x.sums[g][0]));
    }
    const __m512 all = _mm512_fmadd_ps(_mm512_cvtepi32_ps(offset), _mm512_load_ps(rows.sumScale), part);
    _mm512_store_ps(sums, _mm512_fmadd_ps(all, _mm512_set1_ps(x.scales[0][0]), _mm512_load_ps(sums)));
}

template <int... V> MultiplyPieceFn choose(BatchScales scales, int vectors, std::integer_sequence<int, V...>)
{
    static constexpr MultiplyPieceFn kSmall[] = {multiplySmall<V + 1>...}, kLarge32[] = {multiplyLarge<V + 1, 1>...}, kLarge16[] = {multiplyLarge<V + 1, 2>...};
    const MultiplyPieceFn* table = scales == BatchScales::Small ? kSmall : scales == BatchScales::Large32 ? kLarge32 : kLarge16;
    return table[vectors - 1];
}

} // namespace

MultiplyPieceFn multiplyPieceAvx512(BatchScales scales, int vectors) { return choose(scales, vectors, std::make_integer_sequence<int, kBatchVectors>()); }

AddProductsFn addProductsAvx512(BatchScales scales)
{
    return scales == BatchScales::Small ? addSmall : scales == BatchScales::Large32 ? addLarge<1> : addLarge<2>;
}

} // namespace corral::quant
#endif
