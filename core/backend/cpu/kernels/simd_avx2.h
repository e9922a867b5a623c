#pragma once
// The vocabulary of simd_avx512.h for AVX2: eight floats at a time. Included only by *_avx2.cpp; internal to the including file.
#include "core/backend/cpu/kernels/transpose_avx2.h"

#include <cstdint>
#include <immintrin.h>

namespace corral::cpu {
namespace {

struct Simd {
    using F = __m256;
    static constexpr int N = 8;
    static constexpr int kTile = 6; // 2 × 6 sums, 2 weights and a broadcast fill 15 of 16 registers

    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static void store(float* p, F v) { _mm256_storeu_ps(p, v); }
    static F loadPart(const float* p, std::int64_t count) { return _mm256_maskload_ps(p, mask(count)); }
    static void storePart(float* p, F v, std::int64_t count) { _mm256_maskstore_ps(p, mask(count), v); }
    static F set(float v) { return _mm256_set1_ps(v); }
    static F zero() { return _mm256_setzero_ps(); }
    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F div(F a, F b) { return _mm256_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F max(F a, F b) { return _mm256_max_ps(a, b); }
    static F min(F a, F b) { return _mm256_min_ps(a, b); }
    static F abs(F a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
    static F round(F a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F scaleBy(F a, F n) // -126 <= n <= 127
    {
        const __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
        return _mm256_mul_ps(a, _mm256_castsi256_ps(exponent));
    }
    static F withSignOf(F a, F sign) { return _mm256_or_ps(a, _mm256_and_ps(sign, _mm256_set1_ps(-0.0f))); }
    static F ifLess(F a, F b, F x, F y) { return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_LT_OQ)); }
    static float sum(F a)
    {
        __m128 v = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        v = _mm_add_ps(v, _mm_movehl_ps(v, v));
        return _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)));
    }
    static void sums(const F (&v)[4], float* out)
    {
        const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
        _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1)));
    }
    // v[i] lane j ↔ v[j] lane i
    static void transpose(F (&v)[N]) { transpose8(v); }
    static float highest(F a)
    {
        __m128 v = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        v = _mm_max_ps(v, _mm_movehl_ps(v, v));
        return _mm_cvtss_f32(_mm_max_ss(v, _mm_movehdup_ps(v)));
    }
    static F loadInts(const std::int32_t* p) { return _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    static F loadHalves(const void* p) { return _mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i*>(p))); }
    static void storeHalves(void* p, F v) { _mm_storeu_si128(static_cast<__m128i*>(p), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT)); }
    static F loadBytes(const void* p) { return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(p)))); }
    static void storeBytes(void* p, F v)
    {
        const __m256i i = _mm256_cvtps_epi32(v);
        const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(i), _mm256_extracti128_si256(i, 1));
        _mm_storel_epi64(static_cast<__m128i*>(p), _mm_packs_epi16(words, words));
    }
    static float halfToFloat(const void* p)
    {
        std::uint16_t h;
        __builtin_memcpy(&h, p, sizeof h);
        return _cvtsh_ss(h);
    }
    static void storeHalf(void* p, float v)
    {
        const std::uint16_t h = _cvtss_sh(v, _MM_FROUND_TO_NEAREST_INT);
        __builtin_memcpy(p, &h, sizeof h);
    }

private:
    static __m256i mask(std::int64_t count)
    {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
};

} // namespace
} // namespace corral::cpu
