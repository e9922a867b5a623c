#include "core/backend/cpu/kernels/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace corral::cpu {

namespace {

// The (fractional) pair index whose wavelength makes `turns` turns within the original context.
double correctionDim(const RopeParams& p, double turns)
{
    return static_cast<double>(p.dims) * std::log(static_cast<double>(p.originalContext) / (turns * 2 * std::numbers::pi))
           / (2 * std::log(static_cast<double>(p.base)));
}

// a, b: the first and the second values of the pairs. Apart from each other, so that the compiler may use vectors.
void rotateHalves(const float* __restrict table, float* __restrict a, float* __restrict b, std::int64_t pairs)
{
    for (std::int64_t i = 0; i < pairs; ++i) {
        const float cosine = table[2 * i], sine = table[2 * i + 1];
        const float turned = a[i] * cosine - b[i] * sine;
        b[i] = a[i] * sine + b[i] * cosine;
        a[i] = turned;
    }
}

void rotateNeighbours(const float* __restrict table, float* __restrict x, std::int64_t pairs)
{
    for (std::int64_t i = 0; i < pairs; ++i) {
        const float cosine = table[2 * i], sine = table[2 * i + 1];
        const float a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * cosine - b * sine;
        x[2 * i + 1] = a * sine + b * cosine;
    }
}

} // namespace

void ropeTable(const RopeParams& params, std::int64_t position, float* table)
{
    const auto r = static_cast<double>(params.dims);
    double low = 0, high = 0;
    double magnitude = params.attnFactor;
    if (params.extFactor != 0) {
        low = std::max(0.0, std::floor(correctionDim(params, params.betaFast)));
        high = std::min(r - 1, std::ceil(correctionDim(params, params.betaSlow)));
        magnitude *= 1 + 0.1 * std::log(1 / static_cast<double>(params.freqScale));
    }
    const double ratio = std::pow(static_cast<double>(params.base), -2 / r);
    double turn = static_cast<double>(position); // p·θ^(−2i/r)
    for (std::int64_t i = 0; i < params.dims / 2; ++i, turn *= ratio) {
        const auto pair = static_cast<double>(i);
        double base = turn;
        if (params.freqFactors) base /= params.freqFactors[i];
        double angle = params.freqScale * base;
        if (params.extFactor != 0) {
            const double ramp = params.extFactor * (1 - std::clamp((pair - low) / std::max(0.001, high - low), 0.0, 1.0));
            angle = angle * (1 - ramp) + base * ramp;
        }
        table[2 * i] = static_cast<float>(std::cos(angle) * magnitude);
        table[2 * i + 1] = static_cast<float>(std::sin(angle) * magnitude);
    }
}

void ropeApply(const RopeParams& params, const float* tables, float* x, std::int64_t stride, std::int64_t heads, std::int64_t headSize, std::int64_t begin, std::int64_t end)
{
    const std::int64_t pairs = params.dims / 2;
    for (std::int64_t row = begin; row < end; ++row)
        for (std::int64_t h = 0; h < heads; ++h) {
            float* head = x + row * stride + h * headSize;
            if (params.neox)
                rotateHalves(tables + row * params.dims, head, head + pairs, pairs);
            else
                rotateNeighbours(tables + row * params.dims, head, pairs);
        }
}

} // namespace corral::cpu
