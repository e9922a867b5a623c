#pragma once
// Eight or sixteen floats at a time: the same small vocabulary for every instruction set, so that a loop is written once
// (*_simd.h) and compiled for each. Included only by *_avx512.cpp; everything is internal to the including file.
#include "core/backend/cpu/kernels/transpose_avx512.h"

#include <cstdint>
#include <immintrin.h>

namespace corral::cpu {
namespace {

struct Simd {
    using F = __m512;
    static constexpr int N = 16;
    static constexpr int kTile = 12; // tokens of a product tile: 2 × 12 sums, 2 weights and a broadcast fill 27 of 32 registers

    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static void store(float* p, F v) { _mm512_storeu_ps(p, v); }
    // The first `count` < N values; the others read as zero and are not written.
    static F loadPart(const float* p, std::int64_t count) { return _mm512_maskz_loadu_ps(mask(count), p); }
    static void storePart(float* p, F v, std::int64_t count) { _mm512_mask_storeu_ps(p, mask(count), v); }
    static F set(float v) { return _mm512_set1_ps(v); }
    static F zero() { return _mm512_setzero_ps(); }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); } // a · b + c
    static F max(F a, F b) { return _mm512_max_ps(a, b); }
    static F min(F a, F b) { return _mm512_min_ps(a, b); }
    static F abs(F a) { return _mm512_abs_ps(a); }
    static F round(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    // a · 2^n, n whole
    static F scaleBy(F a, F n) { return _mm512_scalef_ps(a, n); }
    static F withSignOf(F a, F sign) { return _mm512_or_ps(a, _mm512_and_ps(sign, _mm512_set1_ps(-0.0f))); } // a >= 0
    // a < b ? x : y
    static F ifLess(F a, F b, F x, F y) { return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), y, x); }
    static float sum(F a) { return _mm512_reduce_add_ps(a); }
    // The sums of four vectors.
    static void sums(const F (&v)[4], float* out)
    {
        __m128 quarter[4];
        for (int i = 0; i < 4; ++i) {
            const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(v[i]), _mm512_extractf32x8_ps(v[i], 1));
            quarter[i] = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
        }
        _mm_storeu_ps(out, _mm_hadd_ps(_mm_hadd_ps(quarter[0], quarter[1]), _mm_hadd_ps(quarter[2], quarter[3])));
    }
    // v[i] lane j ↔ v[j] lane i
    static void transpose(F (&v)[N])
    {
        __m512i bits[N];
        for (int i = 0; i < N; ++i) bits[i] = _mm512_castps_si512(v[i]);
        transpose16(bits);
        for (int i = 0; i < N; ++i) v[i] = _mm512_castsi512_ps(bits[i]);
    }
    static float highest(F a) { return _mm512_reduce_max_ps(a); }
    // The N values of an int32 array as floats.
    static F loadInts(const std::int32_t* p) { return _mm512_cvtepi32_ps(_mm512_loadu_si512(p)); }
    static F loadHalves(const void* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p))); }
    static void storeHalves(void* p, F v) { _mm256_storeu_si256(static_cast<__m256i*>(p), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)); }
    static F loadBytes(const void* p) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p)))); }
    // Rounded to nearest even, |v| <= 127.
    static void storeBytes(void* p, F v) { _mm_storeu_si128(static_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(v))); }
    static float halfToFloat(const void* p)
    {
        std::uint16_t h;
        __builtin_memcpy(&h, p, sizeof h);
        return _cvtsh_ss(h);
    }
    static void storeHalf(void* p, float v)
    {
        const std::uint16_t h = _cvtss_sh(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        __builtin_memcpy(p, &h, sizeof h);
    }

private:
    static __mmask16 mask(std::int64_t count) { return static_cast<__mmask16>((1u << count) - 1); }
};

} // namespace
} // namespace corral::cpu
