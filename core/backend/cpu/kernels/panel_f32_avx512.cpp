#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx512.h"

#include "core/backend/cpu/kernels/lane_product_simd.h"
#include "core/backend/cpu/kernels/panel.h"
#include "core/backend/cpu/kernels/transpose_avx512.h"

namespace corral::cpu {

namespace {

constexpr int kTile = Simd::kTile;

void packTile(const float* const* rows, int tokens, std::int64_t k, void* tile)
{
    float* out = static_cast<float*>(tile);
    for (std::int64_t i = 0; i < wholeSteps(k); i += 16) {
        __m512i r[16];
        const std::int64_t left = k - i;
        for (int t = 0; t < 16; ++t)
            r[t] = t >= tokens || left <= 0 ? _mm512_setzero_si512()
                                            : _mm512_castps_si512(left >= 16 ? Simd::load(rows[t] + i) : Simd::loadPart(rows[t] + i, left));
        transpose16(r);
        for (int j = 0; j < 16; ++j) Simd::storePart(out + (i + j) * kTile, _mm512_castsi512_ps(r[j]), kTile);
    }
}

void packGroup(const float* values, std::int64_t stride, std::int64_t k, void* group)
{
    float* out = static_cast<float*>(group);
    for (std::int64_t i = 0; i < k; i += 16) {
        __m512i r[16];
        for (int t = 0; t < 16; ++t) r[t] = _mm512_loadu_si512(values + t * stride + i);
        transpose16(r);
        for (int j = 0; j < 16; ++j) _mm512_store_si512(out + (i + j) * kPanelGroup, r[j]);
    }
}

void multiply(const void* panel, const void* tile, std::int64_t k, int tokens, float* out)
{
    const LaneTile work{.w = static_cast<const float*>(panel), .wSecond = k * kPanelGroup, .wStep = kPanelGroup, .x = static_cast<const float*>(tile),
                        .xi = 1, .xj = kTile, .k = k, .out = out, .outSecond = kPanelGroup, .outStep = kPanelRows, .accumulate = false};
    productRows<1>(work, tokens);
}

} // namespace

const PanelKernel kPanelF32Avx512 = floatPanelKernel(kTile, 4, 4096, packTile, packGroup, multiply);

} // namespace corral::cpu
#endif
