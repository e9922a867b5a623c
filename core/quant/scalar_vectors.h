#pragma once
// Decoding and dot products of the scalar types with vector registers, for AVX2 and AVX-512 files. A scalar type S (scalar_rows.h)
// says how to load a register of values: load(p). The last few of a row are read one by one.
#include "core/quant/dot_frame.h"
#include "core/quant/scalar_rows.h"

namespace corral::quant {
namespace {

#if defined(__AVX512F__)
[[gnu::always_inline]] inline Floats loadFloats(const float* p) { return _mm512_loadu_ps(p); }
[[gnu::always_inline]] inline void storeFloats(float* p, Floats v) { _mm512_storeu_ps(p, v); }
[[gnu::always_inline]] inline Floats multiplyAdd(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
#else
[[gnu::always_inline]] inline Floats loadFloats(const float* p) { return _mm256_loadu_ps(p); }
[[gnu::always_inline]] inline void storeFloats(float* p, Floats v) { _mm256_storeu_ps(p, v); }
[[gnu::always_inline]] inline Floats multiplyAdd(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
#endif
constexpr int kLanes = sizeof(Floats) / sizeof(float);

template <class S> void decodeScalarVectors(const std::byte* blocks, float* values, std::int64_t n)
{
    auto p = reinterpret_cast<Bytes>(blocks);
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes) storeFloats(values + i, S::load(p + i * S::bytes));
    for (; i < n; ++i) values[i] = S::read(p + i * S::bytes);
}

template <class S>
void dotScalarVectors(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    constexpr int chains = 4;
    constexpr int step = chains * kLanes;
    for (std::int64_t row = 0; row < rows; ++row) {
        auto p = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(row) * rowBytes;
        Floats sums[chains];
        for (Floats& sum : sums) sum = zeroFloats();
        std::int64_t i = 0;
        for (; i + step <= n; i += step) {
            prefetchAhead<step * S::bytes>(p + i * S::bytes);
#pragma GCC unroll 4
            for (int c = 0; c < chains; ++c) {
                const std::int64_t at = i + c * kLanes;
                sums[c] = multiplyAdd(S::load(p + at * S::bytes), loadFloats(x.f32 + at), sums[c]);
            }
        }
        for (; i + kLanes <= n; i += kLanes) sums[0] = multiplyAdd(S::load(p + i * S::bytes), loadFloats(x.f32 + i), sums[0]);
        float sum = sumFloats(addFloats(addFloats(sums[0], sums[1]), addFloats(sums[2], sums[3])));
        for (; i < n; ++i) sum += S::read(p + i * S::bytes) * x.f32[i];
        y[row] = sum;
    }
}

} // namespace
} // namespace corral::quant
