#pragma once
// The vector type encoders are written over: one float32 a lane, as many lanes as the instruction set of the including file has
// (AVX-512: 16, AVX2: 8, otherwise 1). Every operation is one correctly rounded float32 operation per lane, so the same source gives
// the same bytes at every level. Internal linkage: see block_codes.h.
#include "core/base/float16.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define CORRAL_LANES [[maybe_unused, gnu::always_inline]] inline

namespace corral::quant {
namespace {

#if defined(__AVX512F__)

struct Mask {
    __mmask16 v;
};
struct Lanes {
    static constexpr int count = 16;
    __m512 v;
    CORRAL_LANES static Lanes all(float value) { return {_mm512_set1_ps(value)}; }
    CORRAL_LANES static Lanes load(const float* p) { return {_mm512_loadu_ps(p)}; }
    CORRAL_LANES void store(float* p) const { _mm512_storeu_ps(p, v); }
};
CORRAL_LANES Lanes operator+(Lanes a, Lanes b) { return {_mm512_add_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator-(Lanes a, Lanes b) { return {_mm512_sub_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator*(Lanes a, Lanes b) { return {_mm512_mul_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator/(Lanes a, Lanes b) { return {_mm512_div_ps(a.v, b.v)}; }
CORRAL_LANES Lanes least(Lanes a, Lanes b) { return {_mm512_min_ps(a.v, b.v)}; }
CORRAL_LANES Lanes greatest(Lanes a, Lanes b) { return {_mm512_max_ps(a.v, b.v)}; }
CORRAL_LANES Lanes magnitude(Lanes a) { return {_mm512_abs_ps(a.v)}; }
CORRAL_LANES Lanes squareRoot(Lanes a) { return {_mm512_sqrt_ps(a.v)}; }
CORRAL_LANES Lanes truncated(Lanes a) { return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)}; }
CORRAL_LANES Mask operator<(Lanes a, Lanes b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
CORRAL_LANES Mask operator<=(Lanes a, Lanes b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)}; }
CORRAL_LANES Mask operator==(Lanes a, Lanes b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
CORRAL_LANES Mask operator&(Mask a, Mask b) { return {static_cast<__mmask16>(a.v & b.v)}; }
CORRAL_LANES Mask operator|(Mask a, Mask b) { return {static_cast<__mmask16>(a.v | b.v)}; }
CORRAL_LANES Mask operator!(Mask a) { return {static_cast<__mmask16>(~a.v)}; }
CORRAL_LANES bool any(Mask a) { return a.v != 0; }
CORRAL_LANES Lanes select(Mask mask, Lanes yes, Lanes no) { return {_mm512_mask_mov_ps(no.v, mask.v, yes.v)}; }

#elif defined(__AVX2__)

struct Mask {
    __m256 v;
};
struct Lanes {
    static constexpr int count = 8;
    __m256 v;
    CORRAL_LANES static Lanes all(float value) { return {_mm256_set1_ps(value)}; }
    CORRAL_LANES static Lanes load(const float* p) { return {_mm256_loadu_ps(p)}; }
    CORRAL_LANES void store(float* p) const { _mm256_storeu_ps(p, v); }
};
CORRAL_LANES Lanes operator+(Lanes a, Lanes b) { return {_mm256_add_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator-(Lanes a, Lanes b) { return {_mm256_sub_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator*(Lanes a, Lanes b) { return {_mm256_mul_ps(a.v, b.v)}; }
CORRAL_LANES Lanes operator/(Lanes a, Lanes b) { return {_mm256_div_ps(a.v, b.v)}; }
CORRAL_LANES Lanes least(Lanes a, Lanes b) { return {_mm256_min_ps(a.v, b.v)}; }
CORRAL_LANES Lanes greatest(Lanes a, Lanes b) { return {_mm256_max_ps(a.v, b.v)}; }
CORRAL_LANES Lanes magnitude(Lanes a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
CORRAL_LANES Lanes squareRoot(Lanes a) { return {_mm256_sqrt_ps(a.v)}; }
CORRAL_LANES Lanes truncated(Lanes a) { return {_mm256_round_ps(a.v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)}; }
CORRAL_LANES Mask operator<(Lanes a, Lanes b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
CORRAL_LANES Mask operator<=(Lanes a, Lanes b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)}; }
CORRAL_LANES Mask operator==(Lanes a, Lanes b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
CORRAL_LANES Mask operator&(Mask a, Mask b) { return {_mm256_and_ps(a.v, b.v)}; }
CORRAL_LANES Mask operator|(Mask a, Mask b) { return {_mm256_or_ps(a.v, b.v)}; }
CORRAL_LANES Mask operator!(Mask a) { return {_mm256_xor_ps(a.v, _mm256_castsi256_ps(_mm256_set1_epi32(-1)))}; }
CORRAL_LANES bool any(Mask a) { return _mm256_movemask_ps(a.v) != 0; }
CORRAL_LANES Lanes select(Mask mask, Lanes yes, Lanes no) { return {_mm256_blendv_ps(no.v, yes.v, mask.v)}; }

#else

struct Mask {
    bool v;
};
struct Lanes {
    static constexpr int count = 1;
    float v;
    CORRAL_LANES static Lanes all(float value) { return {value}; }
    CORRAL_LANES static Lanes load(const float* p) { return {*p}; }
    CORRAL_LANES void store(float* p) const { *p = v; }
};
CORRAL_LANES Lanes operator+(Lanes a, Lanes b) { return {a.v + b.v}; }
CORRAL_LANES Lanes operator-(Lanes a, Lanes b) { return {a.v - b.v}; }
CORRAL_LANES Lanes operator*(Lanes a, Lanes b) { return {a.v * b.v}; }
CORRAL_LANES Lanes operator/(Lanes a, Lanes b) { return {a.v / b.v}; }
// The second where they cannot be ordered, as the processors' instructions.
CORRAL_LANES Lanes least(Lanes a, Lanes b) { return {a.v < b.v ? a.v : b.v}; }
CORRAL_LANES Lanes greatest(Lanes a, Lanes b) { return {a.v > b.v ? a.v : b.v}; }
CORRAL_LANES Lanes magnitude(Lanes a) { return {std::fabs(a.v)}; }
CORRAL_LANES Lanes squareRoot(Lanes a) { return {std::sqrt(a.v)}; }
// Above 2^23 there are no fractions (and std::trunc is a function call on x86-64's baseline).
CORRAL_LANES Lanes truncated(Lanes a) { return {std::fabs(a.v) < 0x1p23f ? static_cast<float>(static_cast<int>(a.v)) : a.v}; }
CORRAL_LANES Mask operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
CORRAL_LANES Mask operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
CORRAL_LANES Mask operator==(Lanes a, Lanes b) { return {a.v == b.v}; }
CORRAL_LANES Mask operator&(Mask a, Mask b) { return {a.v && b.v}; }
CORRAL_LANES Mask operator|(Mask a, Mask b) { return {a.v || b.v}; }
CORRAL_LANES Mask operator!(Mask a) { return {!a.v}; }
CORRAL_LANES bool any(Mask a) { return a.v; }
CORRAL_LANES Lanes select(Mask mask, Lanes yes, Lanes no) { return mask.v ? yes : no; }

#endif

// 0 where nothing is to be added up yet.
CORRAL_LANES Lanes zeros() { return Lanes::all(0.0f); }
// Neither infinite nor NaN.
CORRAL_LANES Mask isFinite(Lanes a) { return magnitude(a) <= Lanes::all(3.4028235e38f); }

// The nearest integer of [low, high], ties to even: adding 1.5 · 2^23 leaves no room for a fraction. Limits are whole numbers, so it does
// not matter that the clipping comes first. NaN gives `low`.
CORRAL_LANES Lanes nearestCode(Lanes a, float low, float high)
{
    const Lanes magic = Lanes::all(12582912.0f);
    return (least(greatest(a, Lanes::all(low)), Lanes::all(high)) + magic) - magic;
}

// The same for one number. NaN gives `low`.
CORRAL_LANES int nearestCode(float a, int low, int high)
{
    if (!(a > static_cast<float>(low))) return low;
    if (a > static_cast<float>(high)) return high;
    return static_cast<int>((a + 12582912.0f) - 12582912.0f);
}

// The nearest integer, halves away from zero, for magnitudes below 2^22: what is added is the largest float below a half, so that
// nothing below a half moves up.
CORRAL_LANES Lanes roundedAway(Lanes a)
{
    return truncated(a + select(a < zeros(), Lanes::all(-0.49999997f), Lanes::all(0.49999997f)));
}

// 1 / scale; 0 for scale 0. Where it is infinite the scale is 0 as a half float and its codes do not matter; the definition has 0.
struct Inverse {
    Lanes value;
    Mask lost;
    explicit Inverse(Lanes scale)
    {
        const Mask nothing = scale == zeros();
        value = select(nothing, zeros(), Lanes::all(1.0f) / scale);
        lost = !isFinite(value);
    }
};

// A scale as it is stored. Files must not hold infinite scales: those of values beyond the format's range become the largest half float.
CORRAL_LANES std::uint16_t halfScale(float scale)
{
    if (!(scale >= -65504.0f)) scale = scale < 0 ? -65504.0f : 0.0f; // else: NaN
    if (scale > 65504.0f) scale = 65504.0f;
#if defined(__F16C__)
    return _cvtss_sh(scale, _MM_FROUND_TO_NEAREST_INT);
#else
    return floatToHalf(scale);
#endif
}

// Writes the scale and returns what a reader will see.
CORRAL_LANES float storeHalfScale(float scale, std::uint8_t* p)
{
    const std::uint16_t half = halfScale(scale);
    std::memcpy(p, &half, sizeof half);
#if defined(__F16C__)
    return _cvtsh_ss(half);
#else
    return halfToFloat(half);
#endif
}

} // namespace
} // namespace corral::quant
