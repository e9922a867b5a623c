#pragma once
// The f32 panels over Simd vectors of eight: sixteen rows are two of them. Included once by panel_f32_avx2.cpp and panel_f32_neon.cpp, after their simd_*.h.
#include "core/backend/cpu/kernels/lane_product_simd.h"
#include "core/backend/cpu/kernels/panel.h"

namespace corral::cpu {
namespace {

static_assert(Simd::N == 8 && kPanelGroup == 2 * Simd::N);
constexpr int kTile = Simd::kTile;

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    float* out = static_cast<float*>(tile);
    for (std::int64_t i = 0; i < wholeSteps(k); i += 8) {
        Simd::F r[8];
        const std::int64_t left = k - i;
        for (int t = 0; t < 8; ++t)
            r[t] = t >= tokens || left <= 0 ? Simd::zero() : left >= 8 ? Simd::load(rows[t] + i) : Simd::loadPart(rows[t] + i, left);
        Simd::transpose(r);
        for (int j = 0; j < 8; ++j) Simd::storePart(out + (i + j) * kTile, r[j], kTile);
    }
}

void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    float* out = static_cast<float*>(group);
    for (std::int64_t i = 0; i < k; i += 8)
        for (int half = 0; half < kPanelGroup; half += 8) {
            Simd::F r[8];
            for (int t = 0; t < 8; ++t) r[t] = Simd::load(values + (half + t) * stride + i);
            Simd::transpose(r);
            for (int j = 0; j < 8; ++j) Simd::store(out + (i + j) * kPanelGroup + half, r[j]);
        }
}

void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    for (int g = 0; g < kPanelRows / kPanelGroup; ++g) {
        const LaneTile work{.w = static_cast<const float*>(panel) + g * k * kPanelGroup, .wSecond = Simd::N, .wStep = kPanelGroup,
                            .x = static_cast<const float*>(tile), .xi = 1, .xj = kTile, .k = k, .out = out + g * kPanelGroup, .outSecond = Simd::N,
                            .outStep = kPanelRows, .accumulate = false};
        productRows<1>(work, tokens);
    }
}

} // namespace
} // namespace corral::cpu
