#if defined(__x86_64__)
#include "core/quant/batch_multiply.h"

#include <algorithm>
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

[[gnu::always_inline]] inline __m256i load(const void* p) { return _mm256_load_si256(static_cast<const __m256i*>(p)); }
[[gnu::always_inline]] inline void store(void* p, __m256i v) { _mm256_store_si256(static_cast<__m256i*>(p), v); }

// pairs = (or, but for the first time, +=) four weights of eight rows times four activations, added up in pairs.
template <BatchCodes Codes> [[gnu::always_inline]] inline void addPairs(__m256i& pairs, __m256i w, __m256i a, bool first)
{
    __m256i products;
    if constexpr (Codes == BatchCodes::Signed) products = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w));
    else products = _mm256_maddubs_epi16(w, a);
    pairs = first ? products : _mm256_add_epi16(pairs, products);
    asm("" : "+x"(pairs)); // or the compiler makes a tree of the sums, which does not fit into registers
}

// A group of 32 with V vectors, from `first` on.
template <int V, BatchCodes Codes>
[[gnu::always_inline]] inline void multiplyGroup(const RowsPiece& rows, const BatchPiece& x, int g, int first, float (*sums)[kBatchRows])
{
    constexpr int together = pairsTogether(Codes);
    __m256i sum[V][2];
#pragma GCC unroll 8
    for (int q = 0; q < 8; q += together) {
        __m256i pairs[V][2];
#pragma GCC unroll 8
        for (int k = q; k < q + together; ++k) {
            const __m256i low = load(rows.codes[g][k]), high = load(rows.codes[g][k][8]);
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) {
                const __m256i a = four(x.codes[g][first + v] + 4 * k);
                addPairs<Codes>(pairs[v][0], low, a, k == q);
                addPairs<Codes>(pairs[v][1], high, a, k == q);
            }
        }
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v)
#pragma GCC unroll 2
            for (int half = 0; half < 2; ++half) {
                const __m256i wide = _mm256_madd_epi16(pairs[v][half], _mm256_set1_epi16(1));
                sum[v][half] = q == 0 ? wide : _mm256_add_epi32(sum[v][half], wide);
            }
    }
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
        const __m256 scale = _mm256_load_ps(rows.scales[g] + 8 * half), sumScale = _mm256_load_ps(rows.sumScales[g] + 8 * half);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            float* out = sums[first + v] + 8 * half;
            __m256 total = _mm256_load_ps(out);
            total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum[v][half]), _mm256_mul_ps(scale, _mm256_set1_ps(x.scales[g][first + v])), total);
            if constexpr (Codes != BatchCodes::Signed) total = _mm256_fmadd_ps(sumScale, _mm256_set1_ps(x.scaledSums[g][first + v]), total);
            _mm256_store_ps(out, total);
        }
    }
}

template <int V, BatchCodes Codes>
void multiplySmall(const RowsPiece& rows, const BatchPiece& x, int groups, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    const int perGroup = (lines + groups - 1) / groups;
    for (int g = 0; g < groups; ++g) {
        prefetch(ahead, perGroup);
        multiplyGroup<std::min(V, 4), Codes>(rows, x, g, 0, sums);
        if constexpr (V > 4) multiplyGroup<V - 4, Codes>(rows, x, g, 4, sums);
    }
}

// A whole piece of V vectors, from `first` on, with both halves of the rows: a broadcast serves 16 rows. Sums of products are int32, in memory: registers
// hold those of pairs. Prefetches `perGroup` lines with each group.
template <int V, BatchCodes Codes, int PerScale>
[[gnu::always_inline]] inline void multiplyVectors(const RowsPiece& rows, const BatchPiece& x, int first, float (*sums)[kBatchRows],
                                                   const std::uint8_t*& ahead, int perGroup)
{
    constexpr int quads = PerScale / 4, together = std::min(pairsTogether(Codes), quads);
    alignas(32) std::int32_t total[V][2][8] = {};
    for (int g = 0; g < kBatchGroups; ++g) {
        prefetch(ahead, perGroup);
#pragma GCC unroll 8
        for (int q = 0; q < 8; q += together) {
            __m256i pairs[V][2];
#pragma GCC unroll 8
            for (int k = q; k < q + together; ++k) {
                const __m256i low = load(rows.codes[g][k]), high = load(rows.codes[g][k][8]);
#pragma GCC unroll 4
                for (int v = 0; v < V; ++v) {
                    const __m256i a = four(x.codes[g][first + v] + 4 * k);
                    addPairs<Codes>(pairs[v][0], low, a, k == q);
                    addPairs<Codes>(pairs[v][1], high, a, k == q);
                }
            }
#pragma GCC unroll 2
            for (int half = 0; half < 2; ++half) {
                const __m256i factor = load(rows.factors[32 / PerScale * g + q / quads][8 * half]);
#pragma GCC unroll 4
                for (int v = 0; v < V; ++v) store(total[v][half], _mm256_add_epi32(load(total[v][half]), _mm256_madd_epi16(pairs[v][half], factor)));
            }
        }
    }
    for (int half = 0; half < 2; ++half) {
        const __m256 scale = _mm256_load_ps(rows.scale + 8 * half), sumScale = _mm256_load_ps(rows.sumScale + 8 * half);
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) {
            __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(load(total[v][half])), scale);
            if constexpr (Codes != BatchCodes::Signed) {
                __m256i offset = _mm256_setzero_si256();
#pragma GCC unroll 8
                for (int g = 0; g < kBatchGroups; ++g)
                    offset = _mm256_add_epi32(offset, _mm256_madd_epi16(load(rows.sumFactors[g][8 * half]), four(x.sums[g][first + v])));
                product = _mm256_fmadd_ps(_mm256_cvtepi32_ps(offset), sumScale, product);
            }
            float* out = sums[first + v] + 8 * half;
            _mm256_store_ps(out, _mm256_fmadd_ps(product, _mm256_set1_ps(x.scales[0][first + v]), _mm256_load_ps(out)));
        }
    }
}

template <int V, BatchCodes Codes, int PerScale>
void multiplyLarge(const RowsPiece& rows, const BatchPiece& x, int, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines)
{
    constexpr int first = V > 4 ? (V + 1) / 2 : V; // so many have their sums in registers
    constexpr int turns = kBatchGroups * (V > first ? 2 : 1);
    const int perGroup = (lines + turns - 1) / turns; // a few at a time: a processor waits when many are under way
    multiplyVectors<first, Codes, PerScale>(rows, x, 0, sums, ahead, perGroup);
    if constexpr (V > first) multiplyVectors<V - first, Codes, PerScale>(rows, x, first, sums, ahead, perGroup);
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
