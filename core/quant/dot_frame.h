#pragma once
// What the vector dot products share: one row after the other (adjacent rows side by side would be up to three times slower from
// memory) and a prefetch far ahead (facts/kernels-generation-encoding.md § 1.3). For AVX2 and AVX-512 files.
#include "core/quant/block_codes.h"

#include <immintrin.h>

namespace corral::quant {
namespace {

#if defined(__AVX512F__)
using Floats = __m512;
[[gnu::always_inline]] inline Floats zeroFloats() { return _mm512_setzero_ps(); }
[[gnu::always_inline]] inline Floats addFloats(Floats a, Floats b) { return _mm512_add_ps(a, b); }
[[gnu::always_inline]] inline float sumFloats(Floats v) { return _mm512_reduce_add_ps(v); }
#else
using Floats = __m256;
[[gnu::always_inline]] inline Floats zeroFloats() { return _mm256_setzero_ps(); }
[[gnu::always_inline]] inline Floats addFloats(Floats a, Floats b) { return _mm256_add_ps(a, b); }
[[gnu::always_inline]] inline float sumFloats(Floats v)
{
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}
#endif

constexpr std::size_t kPrefetchBytes = 8192; // 8 to 32 KiB are equal, less than 2 KiB hurts

// Prefetches `bytes` from the prefetch distance on; beyond the end of a mapping that does nothing.
template <int Bytes_> [[gnu::always_inline]] inline void prefetchAhead(Bytes p)
{
#pragma GCC unroll 8
    for (int b = 0; b < Bytes_; b += 64) _mm_prefetch(reinterpret_cast<const char*>(p) + kPrefetchBytes + b, _MM_HINT_T0);
}

// A kernel K is constructed once a call (its members are registers of constants) and says
//   values, bytes       of weights that a step takes: one block, or several small ones
//   step(p, x, s, sum)  adds the products of the weights at p with the activations s * values … to the lanes of sum
// Rows whose length is not a multiple of a step end with a step that reads into the next row: the activations there have code 0 and
// scale 0. The last row, after which nothing may be read, is copied and filled up with zero bytes (blocks of value 0).
template <class K, class B>
void dotSteps(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    const K kernel;
    const std::int64_t steps = n / K::values;
    const auto rest = static_cast<std::size_t>(n % K::values / B::values) * B::bytes;
    const Bytes end = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(rows) * rowBytes;
    for (std::int64_t row = 0; row < rows; ++row) {
        auto p = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(row) * rowBytes;
        Floats even = zeroFloats(), odd = zeroFloats(); // two chains, to hide the latency of the additions
        std::int64_t s = 0;
        for (; s + 1 < steps; s += 2, p += 2 * K::bytes) {
            prefetchAhead<2 * K::bytes>(p);
            kernel.step(p, x, s, even);
            kernel.step(p + K::bytes, x, s + 1, odd);
        }
        if (s < steps) {
            kernel.step(p, x, s, even);
            p += K::bytes;
        }
        if constexpr (K::values != B::values) {
            if (rest != 0 && end - p >= K::bytes) {
                kernel.step(p, x, steps, odd);
            } else if (rest != 0) {
                alignas(64) std::uint8_t last[K::bytes] = {};
                std::memcpy(last, p, rest);
                kernel.step(last, x, steps, odd);
            }
        }
        y[row] = sumFloats(addFloats(even, odd));
    }
}

} // namespace
} // namespace corral::quant
