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
    for (std::int64_t i = 0; i < params.dims / 2; ++i) {
        const auto pair = static_cast<double>(i);
        double base = static_cast<double>(position) * std::pow(static_cast<double>(params.base), -2 * pair / r);
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
    const std::int64_t step = params.neox ? 1 : 2;         // from the first of a pair to the first of the next
    const std::int64_t partner = params.neox ? pairs : 1;  // from the first of a pair to its second
    for (std::int64_t row = begin; row < end; ++row) {
        const float* table = tables + row * params.dims;
        for (std::int64_t h = 0; h < heads; ++h) {
            float* head = x + row * stride + h * headSize;
            for (std::int64_t i = 0; i < pairs; ++i) {
                float& a = head[i * step];
                float& b = head[i * step + partner];
                const float cosine = table[2 * i], sine = table[2 * i + 1];
                const float turned = a * cosine - b * sine;
                b = a * sine + b * cosine;
                a = turned;
            }
        }
    }
}

} // namespace corral::cpu
