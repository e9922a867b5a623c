// The plain loops: the reference of the SIMD ones.
#include "core/backend/cpu/kernels/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace corral::cpu {

namespace {

void rmsNorm(const float* x, const float* w, float eps, float* y, std::int64_t n)
{
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += double(x[i]) * x[i];
    const float factor = static_cast<float>(1 / std::sqrt(sum / static_cast<double>(n) + eps));
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * factor * (w ? w[i] : 1.0f);
}

void layerNorm(const float* x, const float* w, const float* b, float eps, float* y, std::int64_t n)
{
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += x[i];
    const double mean = sum / static_cast<double>(n);
    double squares = 0;
    for (std::int64_t i = 0; i < n; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const float factor = static_cast<float>(1 / std::sqrt(squares / static_cast<double>(n) + eps));
    for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - static_cast<float>(mean)) * factor * (w ? w[i] : 1.0f) + (b ? b[i] : 0.0f);
}

void add(const float* a, const float* b, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

void multiply(const float* a, const float* b, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] * b[i];
}

void scale(const float* x, float factor, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * factor;
}

void softCap(const float* x, float cap, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = cap * std::tanh(x[i] / cap);
}

void silu(const float* gate, const float* up, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
}

void gelu(const float* gate, const float* up, float* y, std::int64_t n)
{
    const float factor = std::sqrt(2 / std::numbers::pi_v<float>);
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gate[i];
        y[i] = 0.5f * g * (1 + std::tanh(factor * (g + 0.044715f * g * g * g))) * up[i];
    }
}

void softmax(float* x, std::int64_t n)
{
    if (n == 0) return;
    const float top = *std::max_element(x, x + n);
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += x[i] = std::exp(x[i] - top);
    const float factor = static_cast<float>(1 / sum);
    for (std::int64_t i = 0; i < n; ++i) x[i] *= factor;
}

void addScaled(const float* x, float factor, bool first, float* y, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) y[i] = first ? factor * x[i] : y[i] + factor * x[i];
}

} // namespace

const RowKernels kRowsPlain{rmsNorm, layerNorm, add, multiply, scale, softCap, silu, gelu, softmax, addScaled};

} // namespace corral::cpu
