#pragma once
// int8 panels for 64-bit ARM: sdot multiplies 4 rows × 4 values with a token, smmla 2 rows × 8 values with two. Weights and activations are rounded to
// 8 bits with one scale for 32 values; sums of products are exact 32-bit integers.
//
// A piece is 32 values, in units of 4 (dot products) or 8 (matrix products):
//   group  codes s8 [32 / unit][16 rows][unit]; scale f32 [16 rows]
//   tile   codes s8 [32 / unit][kTile][unit]; scale f32 [kTile]
// Included by files that are compiled for dot products or more.
#include "core/backend/cpu/kernels/panel.h"

#include <algorithm>
#include <arm_neon.h>
#include <cstring>

namespace corral::cpu {
namespace {

constexpr int kTile = 4; // × 16 rows: 16 sums of four
constexpr int kBlock = 32;
#if defined(__ARM_FEATURE_MATMUL_INT8)
constexpr int kUnit = 8;
#else
constexpr int kUnit = 4;
#endif
constexpr int kUnits = kBlock / kUnit;

struct TilePiece {
    std::int8_t codes[kUnits][kTile][kUnit];
    float scale[kTile];
};

struct GroupPiece {
    std::int8_t codes[kUnits][kPanelGroup][kUnit];
    float scale[kPanelGroup];
};

// 32 values → codes, every kUnit of them `between` units apart. Returns their scale; infinite or not a number if a value is, and so are the products then.
inline float roundBlock(const float* x, std::int8_t (*codes)[kUnit], int between)
{
    float32x4_t v[8];
    uint32x4_t most = vdupq_n_u32(0); // as bits, not-a-number is the largest of all
    for (int i = 0; i < 8; ++i) {
        v[i] = vld1q_f32(x + 4 * i);
        most = vmaxq_u32(most, vreinterpretq_u32_f32(vabsq_f32(v[i])));
    }
    const float size = vgetq_lane_f32(vreinterpretq_f32_u32(vdupq_n_u32(vmaxvq_u32(most))), 0);
    const float factor = size > 1e-30f ? 127 / size : 0.0f;
    std::int8_t all[kBlock];
    for (int i = 0; i < 8; i += 2) {
        const int16x4_t low = vqmovn_s32(vcvtnq_s32_f32(vmulq_n_f32(v[i], factor))), high = vqmovn_s32(vcvtnq_s32_f32(vmulq_n_f32(v[i + 1], factor)));
        vst1_s8(all + 4 * i, vqmovn_s16(vcombine_s16(low, high)));
    }
    for (int u = 0; u < kUnits; ++u) std::memcpy(codes[u * between], all + u * kUnit, kUnit);
    return size * (1.0f / 127);
}

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    auto* piece = static_cast<TilePiece*>(tile);
    for (std::int64_t i = 0; i < k; i += kBlock, ++piece)
        for (int t = 0; t < tokens; ++t) {
            float padded[kBlock] = {};
            const float* x = rows[t] + i;
            if (k - i < kBlock) x = (std::copy_n(x, k - i, padded), padded);
            piece->scale[t] = roundBlock(x, &piece->codes[0][t], kTile);
        }
}

void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    auto* piece = static_cast<GroupPiece*>(group);
    for (std::int64_t i = 0; i < k; i += kBlock, ++piece)
        for (int r = 0; r < kPanelGroup; ++r) piece->scale[r] = roundBlock(values + r * stride + i, &piece->codes[0][r], kPanelGroup);
}

// Σ codes · codes of a block: sums[t][q] of rows 4q … 4q + 3.
[[gnu::always_inline]] inline void products(const GroupPiece& w, const TilePiece& x, int32x4_t (&sums)[kTile][4])
{
#if defined(__ARM_FEATURE_MATMUL_INT8)
    int32x4_t square[8][2]; // two rows × two tokens
#pragma GCC unroll 8
    for (int r = 0; r < 8; ++r) square[r][0] = square[r][1] = vdupq_n_s32(0);
#pragma GCC unroll 4
    for (int u = 0; u < kUnits; ++u) {
        const int8x16_t first = vld1q_s8(x.codes[u][0]), second = vld1q_s8(x.codes[u][2]);
#pragma GCC unroll 8
        for (int r = 0; r < 8; ++r) {
            const int8x16_t rows = vld1q_s8(w.codes[u][2 * r]);
            square[r][0] = vmmlaq_s32(square[r][0], rows, first);
            square[r][1] = vmmlaq_s32(square[r][1], rows, second);
        }
    }
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q)
#pragma GCC unroll 2
        for (int pair = 0; pair < 2; ++pair) {
            sums[2 * pair][q] = vuzp1q_s32(square[2 * q][pair], square[2 * q + 1][pair]);
            sums[2 * pair + 1][q] = vuzp2q_s32(square[2 * q][pair], square[2 * q + 1][pair]);
        }
#else
#pragma GCC unroll 4
    for (int t = 0; t < kTile; ++t)
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) sums[t][q] = vdupq_n_s32(0);
#pragma GCC unroll 8
    for (int u = 0; u < kUnits; ++u) {
        const int8x16_t tokens = vld1q_s8(x.codes[u][0]);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
            const int8x16_t rows = vld1q_s8(w.codes[u][4 * q]);
            sums[0][q] = vdotq_laneq_s32(sums[0][q], rows, tokens, 0);
            sums[1][q] = vdotq_laneq_s32(sums[1][q], rows, tokens, 1);
            sums[2][q] = vdotq_laneq_s32(sums[2][q], rows, tokens, 2);
            sums[3][q] = vdotq_laneq_s32(sums[3][q], rows, tokens, 3);
        }
    }
#endif
}

// 16 rows × kTile tokens.
void multiplyTile(const GroupPiece* w, const TilePiece* x, std::int64_t pieces, float (&total)[kTile][kPanelGroup])
{
    std::memset(total, 0, sizeof total);
    for (; pieces > 0; --pieces, ++w, ++x) {
        int32x4_t sums[kTile][4];
        products(*w, *x, sums);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) {
            const float32x4_t scale = vld1q_f32(w->scale + 4 * q);
#pragma GCC unroll 4
            for (int t = 0; t < kTile; ++t)
                vst1q_f32(total[t] + 4 * q, vfmaq_f32(vld1q_f32(total[t] + 4 * q), vcvtq_f32_s32(sums[t][q]), vmulq_n_f32(scale, x->scale[t])));
        }
    }
}

void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    const std::int64_t pieces = k / kBlock;
    for (int g = 0; g < kPanelRows / kPanelGroup; ++g) {
        float total[kTile][kPanelGroup];
        multiplyTile(static_cast<const GroupPiece*>(panel) + g * pieces, static_cast<const TilePiece*>(tile), pieces, total);
        for (int t = 0; t < tokens; ++t) std::memcpy(out + t * kPanelRows + g * kPanelGroup, total[t], sizeof total[t]);
    }
}

constexpr PanelKernel kInt8{kTile, kBlock, sizeof(GroupPiece), sizeof(TilePiece), 8192, packTile, packGroup, nullptr, multiply};

} // namespace
} // namespace corral::cpu
