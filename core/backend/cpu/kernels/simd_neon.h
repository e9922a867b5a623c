#pragma once
// The vocabulary of simd_avx512.h for NEON: eight floats at a time, in two registers. Included only by *_neon.cpp; internal to the including file.
#include <arm_neon.h>
#include <cstdint>
#include <cstring>

namespace corral::cpu {
namespace {

struct Simd {
    struct F {
        float32x4_t low, high;
    };
    static constexpr int N = 8;
    static constexpr int kTile = 6; // 2 × 6 sums, 2 weights and a broadcast, two registers each but the last: 29 of 32

    static F load(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4)}; }
    static void store(float* p, F v)
    {
        vst1q_f32(p, v.low);
        vst1q_f32(p + 4, v.high);
    }
    static F loadPart(const float* p, std::int64_t count)
    {
        float values[N] = {};
        std::memcpy(values, p, static_cast<std::size_t>(count) * sizeof(float));
        return load(values);
    }
    static void storePart(float* p, F v, std::int64_t count)
    {
        float values[N];
        store(values, v);
        std::memcpy(p, values, static_cast<std::size_t>(count) * sizeof(float));
    }
    static F set(float v) { return {vdupq_n_f32(v), vdupq_n_f32(v)}; }
    static F zero() { return set(0); }
    static F add(F a, F b) { return {vaddq_f32(a.low, b.low), vaddq_f32(a.high, b.high)}; }
    static F sub(F a, F b) { return {vsubq_f32(a.low, b.low), vsubq_f32(a.high, b.high)}; }
    static F mul(F a, F b) { return {vmulq_f32(a.low, b.low), vmulq_f32(a.high, b.high)}; }
    static F div(F a, F b) { return {vdivq_f32(a.low, b.low), vdivq_f32(a.high, b.high)}; }
    static F fma(F a, F b, F c) { return {vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high)}; }
    // As elsewhere the second where either is not a number: exp depends on it (simd_math.h).
    static F max(F a, F b) { return {vbslq_f32(vcgtq_f32(a.low, b.low), a.low, b.low), vbslq_f32(vcgtq_f32(a.high, b.high), a.high, b.high)}; }
    static F min(F a, F b) { return {vbslq_f32(vcltq_f32(a.low, b.low), a.low, b.low), vbslq_f32(vcltq_f32(a.high, b.high), a.high, b.high)}; }
    static F abs(F a) { return {vabsq_f32(a.low), vabsq_f32(a.high)}; }
    static F round(F a) { return {vrndnq_f32(a.low), vrndnq_f32(a.high)}; }
    static F scaleBy(F a, F n) { return {scaleBy(a.low, n.low), scaleBy(a.high, n.high)}; } // -126 <= n <= 127
    static F withSignOf(F a, F sign) { return {withSignOf(a.low, sign.low), withSignOf(a.high, sign.high)}; } // a >= 0
    static F ifLess(F a, F b, F x, F y)
    {
        return {vbslq_f32(vcltq_f32(a.low, b.low), x.low, y.low), vbslq_f32(vcltq_f32(a.high, b.high), x.high, y.high)};
    }
    static float sum(F a) { return vaddvq_f32(vaddq_f32(a.low, a.high)); }
    static void sums(const F (&v)[4], float* out)
    {
        const auto half = [&](int i) { return vaddq_f32(v[i].low, v[i].high); };
        vst1q_f32(out, vpaddq_f32(vpaddq_f32(half(0), half(1)), vpaddq_f32(half(2), half(3))));
    }
    // v[i] lane j ↔ v[j] lane i
    static void transpose(F (&v)[N])
    {
        float32x4_t corner[4][4] = {{v[0].low, v[1].low, v[2].low, v[3].low}, {v[4].low, v[5].low, v[6].low, v[7].low},
                                    {v[0].high, v[1].high, v[2].high, v[3].high}, {v[4].high, v[5].high, v[6].high, v[7].high}};
        for (auto& four : corner) transposeFour(four);
        for (int i = 0; i < 4; ++i) {
            v[i] = {corner[0][i], corner[1][i]};
            v[i + 4] = {corner[2][i], corner[3][i]};
        }
    }
    static float highest(F a) { return vmaxnmvq_f32(vmaxnmq_f32(a.low, a.high)); }
    static F loadInts(const std::int32_t* p) { return {vcvtq_f32_s32(vld1q_s32(p)), vcvtq_f32_s32(vld1q_s32(p + 4))}; }
    static F loadHalves(const void* p)
    {
        const float16x8_t halves = vreinterpretq_f16_u8(vld1q_u8(static_cast<const std::uint8_t*>(p)));
        return {vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)};
    }
    static void storeHalves(void* p, F v)
    {
        vst1q_u8(static_cast<std::uint8_t*>(p), vreinterpretq_u8_f16(vcvt_high_f16_f32(vcvt_f16_f32(v.low), v.high)));
    }
    static F loadBytes(const void* p)
    {
        const int16x8_t words = vmovl_s8(vld1_s8(static_cast<const std::int8_t*>(p)));
        return {vcvtq_f32_s32(vmovl_s16(vget_low_s16(words))), vcvtq_f32_s32(vmovl_high_s16(words))};
    }
    static void storeBytes(void* p, F v)
    {
        const int16x8_t words = vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(v.low)), vcvtnq_s32_f32(v.high));
        vst1_s8(static_cast<std::int8_t*>(p), vqmovn_s16(words));
    }
    static float halfToFloat(const void* p)
    {
        __fp16 half;
        std::memcpy(&half, p, sizeof half);
        return half;
    }
    static void storeHalf(void* p, float v)
    {
        const auto half = static_cast<__fp16>(v);
        std::memcpy(p, &half, sizeof half);
    }

private:
    static float32x4_t scaleBy(float32x4_t a, float32x4_t n)
    {
        const int32x4_t exponent = vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23);
        return vmulq_f32(a, vreinterpretq_f32_s32(exponent));
    }
    static float32x4_t withSignOf(float32x4_t a, float32x4_t sign) { return vbslq_f32(vdupq_n_u32(0x80000000u), sign, a); }
    static void transposeFour(float32x4_t (&v)[4])
    {
        const float32x4x2_t first = vtrnq_f32(v[0], v[1]), last = vtrnq_f32(v[2], v[3]); // lanes 0, 2 of both; lanes 1, 3 of both
        v[0] = vcombine_f32(vget_low_f32(first.val[0]), vget_low_f32(last.val[0]));
        v[1] = vcombine_f32(vget_low_f32(first.val[1]), vget_low_f32(last.val[1]));
        v[2] = vcombine_f32(vget_high_f32(first.val[0]), vget_high_f32(last.val[0]));
        v[3] = vcombine_f32(vget_high_f32(first.val[1]), vget_high_f32(last.val[1]));
    }
};

} // namespace
} // namespace corral::cpu
