#pragma once
// N values of 32 bits in one register, by the compiler's vector types: the same source for every instruction set. All lanes do the
// arithmetic of a scalar loop in its order, so the result does not depend on N.
// Internal linkage for the reason given in block_codes.h.
#include <cmath>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace corral::quant {
namespace {

template <int N> struct Register;
template <> struct Register<4> {
    typedef float F __attribute__((vector_size(16)));
    typedef std::int32_t I __attribute__((vector_size(16)));
};
template <> struct Register<8> {
    typedef float F __attribute__((vector_size(32)));
    typedef std::int32_t I __attribute__((vector_size(32)));
};
template <> struct Register<16> {
    typedef float F __attribute__((vector_size(64)));
    typedef std::int32_t I __attribute__((vector_size(64)));
};

template <int N> struct Lanes {
    using F = typename Register<N>::F;
    using I = typename Register<N>::I;

    [[gnu::always_inline]] static F splat(float value) { return F{} + value; }
    [[gnu::always_inline]] static I splat(std::int32_t value) { return I{} + value; }
    [[gnu::always_inline]] static F toFloat(I x) { return __builtin_convertvector(x, F); }
    [[gnu::always_inline]] static F magnitude(F x) { return (F)((I)x & 0x7fffffff); }
    [[gnu::always_inline]] static F max(F a, F b) { return a > b ? a : b; }

    [[gnu::always_inline]] static I min(I a, I b)
    {
#if defined(__AVX512F__)
        if constexpr (N == 16) return (I)_mm512_min_epi32((__m512i)a, (__m512i)b);
#endif
#if defined(__AVX2__)
        if constexpr (N == 8) return (I)_mm256_min_epi32((__m256i)a, (__m256i)b);
#endif
        return a < b ? a : b;
    }

    [[gnu::always_inline]] static F squareRoot(F x)
    {
#if defined(__AVX512F__)
        if constexpr (N == 16) return (F)_mm512_sqrt_ps((__m512)x);
#endif
#if defined(__AVX2__)
        if constexpr (N == 8) return (F)_mm256_sqrt_ps((__m256)x);
#endif
#if defined(__SSE2__)
        if constexpr (N == 4) return (F)_mm_sqrt_ps((__m128)x);
#endif
        for (int i = 0; i < N; ++i) x[i] = std::sqrt(x[i]);
        return x;
    }
};

} // namespace
} // namespace corral::quant
