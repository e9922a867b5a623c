// The plain panel kernel: f32, the reference of the SIMD ones.
#include "core/backend/cpu/kernels/panel.h"

namespace corral::cpu {

namespace {

constexpr int kTile = 4;

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    float* out = static_cast<float*>(tile);
    for (int t = 0; t < tokens; ++t) {
        for (std::int64_t i = 0; i < k; ++i) out[i * kTile + t] = rows[t][i];
        for (std::int64_t i = k; i < wholeSteps(k); ++i) out[i * kTile + t] = 0;
    }
}

void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    float* out = static_cast<float*>(group);
    for (int r = 0; r < kPanelGroup; ++r)
        for (std::int64_t i = 0; i < k; ++i) out[i * kPanelGroup + r] = values[r * stride + i];
}

void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    for (int g = 0; g < kPanelRows / kPanelGroup; ++g) {
        const float* w = static_cast<const float*>(panel) + g * k * kPanelGroup;
        const float* x = static_cast<const float*>(tile);
        float sum[kTile][kPanelGroup] = {};
        for (std::int64_t i = 0; i < k; ++i, w += kPanelGroup, x += kTile)
            for (int t = 0; t < tokens; ++t)
                for (int r = 0; r < kPanelGroup; ++r) sum[t][r] += w[r] * x[t];
        for (int t = 0; t < tokens; ++t)
            for (int r = 0; r < kPanelGroup; ++r) out[t * kPanelRows + g * kPanelGroup + r] = sum[t][r];
    }
}

} // namespace

const PanelKernel kPanelF32Plain = floatPanelKernel(kTile, 4, 2048, packTile, packGroup, multiply);

} // namespace corral::cpu
