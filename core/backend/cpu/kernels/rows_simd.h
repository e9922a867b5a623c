#pragma once
// The loops of rows_plain.cpp over Simd vectors. Included once by rows_avx2.cpp and rows_avx512.cpp, after their simd_*.h.
#include "core/backend/cpu/kernels/row_kernels.h"
#include "core/backend/cpu/kernels/simd_math.h"

#include <cmath>

namespace corral::cpu {
namespace {

using F = Simd::F;

void rmsNorm(const float* x, const float* w, float eps, float* y, std::int64_t n)
{
    F sum = Simd::zero();
    eachVector(n, [&](auto part, std::int64_t i) {
        const F v = part.load(x + i);
        sum = Simd::fma(v, v, sum);
    });
    const F factor = Simd::set(1 / std::sqrt(Simd::sum(sum) / static_cast<float>(n) + eps));
    if (w)
        eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::mul(Simd::mul(part.load(x + i), factor), part.load(w + i))); });
    else
        eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::mul(part.load(x + i), factor)); });
}

void layerNorm(const float* x, const float* w, const float* b, float eps, float* y, std::int64_t n)
{
    F sum = Simd::zero();
    eachVector(n, [&](auto part, std::int64_t i) { sum = Simd::add(sum, part.load(x + i)); });
    const float mean = Simd::sum(sum) / static_cast<float>(n);
    // Two passes: the variance of values far from zero would drown in mean(x²) − mean².
    double squares = 0;
    F vectorSquares = Simd::zero();
    eachVector(n, [&](auto part, std::int64_t i) {
        if constexpr (requires { part.count; }) {
            for (std::int64_t j = 0; j < part.count; ++j) squares += double(x[i + j] - mean) * (x[i + j] - mean);
        } else {
            const F v = Simd::sub(part.load(x + i), Simd::set(mean));
            vectorSquares = Simd::fma(v, v, vectorSquares);
        }
    });
    squares += Simd::sum(vectorSquares);
    const float factor = 1 / std::sqrt(static_cast<float>(squares) / static_cast<float>(n) + eps);
    eachVector(n, [&](auto part, std::int64_t i) {
        F v = Simd::mul(Simd::sub(part.load(x + i), Simd::set(mean)), Simd::set(factor));
        if (w) v = Simd::mul(v, part.load(w + i));
        if (b) v = Simd::add(v, part.load(b + i));
        part.store(y + i, v);
    });
}

void add(const float* a, const float* b, float* y, std::int64_t n)
{
    eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::add(part.load(a + i), part.load(b + i))); });
}

void multiply(const float* a, const float* b, float* y, std::int64_t n)
{
    eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::mul(part.load(a + i), part.load(b + i))); });
}

void scale(const float* x, float factor, float* y, std::int64_t n)
{
    eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::mul(part.load(x + i), Simd::set(factor))); });
}

void softCap(const float* x, float cap, float* y, std::int64_t n)
{
    eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::mul(Simd::set(cap), tanhOf(Simd::div(part.load(x + i), Simd::set(cap))))); });
}

// x · σ(z)
inline F timesSigmoid(F x, F z) { return Simd::div(x, Simd::add(Simd::set(1), expOf(Simd::sub(Simd::zero(), z)))); }

void silu(const float* gate, const float* up, float* y, std::int64_t n)
{
    eachVector(n, [&](auto part, std::int64_t i) {
        const F g = part.load(gate + i);
        part.store(y + i, Simd::mul(timesSigmoid(g, g), part.load(up + i)));
    });
}

// ½(1 + tanh u) = σ(2u)
void gelu(const float* gate, const float* up, float* y, std::int64_t n)
{
    constexpr float kTwiceRoot = 1.5957691216057308f; // 2 √(2/π)
    eachVector(n, [&](auto part, std::int64_t i) {
        const F g = part.load(gate + i);
        const F cubic = Simd::fma(Simd::mul(Simd::mul(g, g), Simd::set(0.044715f)), g, g);
        part.store(y + i, Simd::mul(timesSigmoid(g, Simd::mul(cubic, Simd::set(kTwiceRoot))), part.load(up + i)));
    });
}

void softmax(float* x, std::int64_t n)
{
    if (n == 0) return;
    F top = Simd::set(x[0]);
    const std::int64_t whole = n / Simd::N * Simd::N;
    for (std::int64_t i = 0; i < whole; i += Simd::N) top = Simd::max(top, Simd::load(x + i));
    float highest = Simd::highest(top);
    for (std::int64_t i = whole; i < n; ++i) highest = x[i] > highest ? x[i] : highest;

    F sum = Simd::zero();
    float rest = 0;
    for (std::int64_t i = 0; i < whole; i += Simd::N) {
        const F e = expOf(Simd::sub(Simd::load(x + i), Simd::set(highest)));
        sum = Simd::add(sum, e);
        Simd::store(x + i, e);
    }
    for (std::int64_t i = whole; i < n; ++i) rest += x[i] = std::exp(x[i] - highest);
    scale(x, 1 / (Simd::sum(sum) + rest), x, n);
}

void addScaled(const float* x, float factor, bool first, float* y, std::int64_t n)
{
    if (first) return scale(x, factor, y, n);
    eachVector(n, [&](auto part, std::int64_t i) { part.store(y + i, Simd::fma(part.load(x + i), Simd::set(factor), part.load(y + i))); });
}

} // namespace
} // namespace corral::cpu
