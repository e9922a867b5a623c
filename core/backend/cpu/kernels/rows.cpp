#include "core/backend/cpu/kernels/rows.h"

#include "core/backend/cpu/kernels/row_kernels.h"

#include <algorithm>
#include <cassert>

namespace corral::cpu {

namespace {

const RowKernels& kernels()
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kRowsAvx512;
    case SimdLevel::Avx2: return kRowsAvx2;
    case SimdLevel::Neon:
    case SimdLevel::Plain: break;
    }
#elif defined(__aarch64__)
    if (simdLevel() == SimdLevel::Neon) return kRowsNeon;
#endif
    return kRowsPlain;
}

} // namespace

void rmsNorm(const float* x, std::int64_t xStride, const float* w, float eps, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().rmsNorm;
    for (std::int64_t r = begin; r < end; ++r) row(x + r * xStride, w, eps, y + r * yStride, n);
}

void layerNorm(const float* x, std::int64_t xStride, const float* w, const float* b, float eps, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().layerNorm;
    for (std::int64_t r = begin; r < end; ++r) row(x + r * xStride, w, b, eps, y + r * yStride, n);
}

void add(const float* a, std::int64_t aStride, const float* b, std::int64_t bStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().add;
    for (std::int64_t r = begin; r < end; ++r) row(a + r * aStride, b + r * bStride, y + r * yStride, n);
}

void multiply(const float* a, std::int64_t aStride, const float* b, std::int64_t bStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().multiply;
    for (std::int64_t r = begin; r < end; ++r) row(a + r * aStride, b + r * bStride, y + r * yStride, n);
}

void scale(const float* x, std::int64_t xStride, float factor, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().scale;
    for (std::int64_t r = begin; r < end; ++r) row(x + r * xStride, factor, y + r * yStride, n);
}

void softCap(const float* x, std::int64_t xStride, float cap, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().softCap;
    for (std::int64_t r = begin; r < end; ++r) row(x + r * xStride, cap, y + r * yStride, n);
}

void gated(Activation act, const float* gate, std::int64_t gateStride, const float* up, std::int64_t upStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = act == Activation::Silu ? kernels().silu : kernels().gelu;
    for (std::int64_t r = begin; r < end; ++r) row(gate + r * gateStride, up + r * upStride, y + r * yStride, n);
}

void embed(const quant::Format& format, const std::byte* table, std::int64_t n, const std::int32_t* ids, float* y, std::int64_t yStride, std::int64_t begin, std::int64_t end)
{
    const quant::DecodeFn decode = format.decodeFor(simdLevel());
    const std::size_t rowBytes = format.rowBytes(n);
    for (std::int64_t r = begin; r < end; ++r) decode(table + static_cast<std::size_t>(ids[r]) * rowBytes, y + r * yStride, n);
}

void softmax(float* x, std::int64_t stride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().softmax;
    for (std::int64_t r = begin; r < end; ++r) row(x + r * stride, n);
}

void topExperts(const float* probs, std::int64_t experts, std::int64_t used, std::int32_t* chosen, float* weights, std::int64_t begin, std::int64_t end)
{
    assert(used <= experts);
    for (std::int64_t r = begin; r < end; ++r) {
        const float* p = probs + r * experts;
        std::int32_t* best = chosen + r * used;
        // Insertion into a sorted list of at most `used`: an equal score stays behind the lower index before it.
        std::int64_t count = 0;
        for (std::int32_t e = 0; e < experts; ++e) {
            if (count == used && !(p[e] > p[best[count - 1]])) continue;
            std::int64_t at = count < used ? count++ : count - 1;
            for (; at > 0 && p[e] > p[best[at - 1]]; --at) best[at] = best[at - 1];
            best[at] = e;
        }
        for (std::int64_t k = 0; k < used; ++k) weights[r * used + k] = p[best[k]];
    }
}

void weightedSum(const float* x, const float* weights, std::int64_t used, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end)
{
    const auto row = kernels().addScaled;
    for (std::int64_t r = begin; r < end; ++r)
        for (std::int64_t k = 0; k < used; ++k) row(x + (r * used + k) * n, weights[r * used + k], k == 0, y + r * yStride, n);
}

} // namespace corral::cpu
