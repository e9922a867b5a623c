#include "core/backend/cpu/kernels/rope.h"
#include "tests/core/backend/kernel_data.h"

#include <gtest/gtest.h>

#include <numbers>

namespace corral::cpu {
namespace {

// The formulas of the architectures sheet § 2.5, written apart from the kernel.
void exactAngle(const RopeParams& p, double position, std::int64_t i, double& cosine, double& sine)
{
    const auto r = static_cast<double>(p.dims);
    const double a = position * std::pow(double(p.base), -2.0 * double(i) / r) / (p.freqFactors ? double(p.freqFactors[i]) : 1.0);
    double angle = double(p.freqScale) * a, magnitude = p.attnFactor;
    if (p.extFactor != 0) {
        auto c = [&](double beta) { return r * std::log(double(p.originalContext) / (2 * std::numbers::pi * beta)) / (2 * std::log(double(p.base))); };
        const double lo = std::max(0.0, std::floor(c(p.betaFast))), hi = std::min(r - 1, std::ceil(c(p.betaSlow)));
        const double ramp = p.extFactor * (1 - std::min(1.0, std::max(0.0, (double(i) - lo) / std::max(0.001, hi - lo))));
        angle = angle * (1 - ramp) + a * ramp;
        magnitude *= 1 + 0.1 * std::log(1 / double(p.freqScale));
    }
    cosine = std::cos(angle) * magnitude;
    sine = std::sin(angle) * magnitude;
}

void check(const RopeParams& p, std::int64_t heads, std::int64_t headSize)
{
    const std::vector<std::int64_t> positions{0, 1, 7, 4095, 131071};
    const auto rows = static_cast<std::int64_t>(positions.size());
    const std::int64_t stride = heads * headSize + 5;
    std::vector<float> tables(static_cast<std::size_t>(rows * p.dims));
    for (std::int64_t t = 0; t < rows; ++t) ropeTable(p, positions[static_cast<std::size_t>(t)], tables.data() + t * p.dims);
    const auto before = test::randomFloats(static_cast<std::size_t>(rows * stride), 1);
    auto x = before;
    ropeApply(p, tables.data(), x.data(), stride, heads, headSize, 1, rows);
    for (std::int64_t t = 0; t < rows; ++t)
        for (std::int64_t j = 0; j < stride; ++j) {
            const auto at = static_cast<std::size_t>(t * stride + j);
            const std::int64_t d = j % headSize;
            if (t == 0 || j >= heads * headSize || d >= p.dims) {
                ASSERT_EQ(x[at], before[at]) << "row " << t << " value " << j;
                continue;
            }
            const std::int64_t pair = p.neox ? d % (p.dims / 2) : d / 2;
            const bool second = p.neox ? d >= p.dims / 2 : d % 2 == 1;
            const std::size_t head = at - static_cast<std::size_t>(d);
            const double a = before[head + static_cast<std::size_t>(p.neox ? pair : 2 * pair)], b = before[head + static_cast<std::size_t>(p.neox ? pair + p.dims / 2 : 2 * pair + 1)];
            double cosine, sine;
            exactAngle(p, double(positions[static_cast<std::size_t>(t)]), pair, cosine, sine);
            ASSERT_NEAR(x[at], second ? a * sine + b * cosine : a * cosine - b * sine, 2e-6) << "row " << t << " value " << j << " dims " << p.dims;
        }
}

TEST(KernelRope, PairsAndSizes)
{
    for (bool neox : {false, true})
        for (std::int64_t dims = 2; dims <= 70; dims += 2)
            for (std::int64_t rest : {0, 3}) check({.dims = dims, .neox = neox}, 3, dims + rest);
}

TEST(KernelRope, Scaling)
{
    for (bool neox : {false, true}) {
        check({.dims = 64, .neox = neox, .base = 500000, .freqScale = 0.25f}, 2, 64);
        check({.dims = 64, .neox = neox, .freqScale = 0.25f, .extFactor = 1, .attnFactor = 1.1f, .originalContext = 4096}, 2, 64);
        check({.dims = 128, .neox = neox, .base = 150000, .freqScale = 1.0f / 32, .extFactor = 1, .betaFast = 32, .betaSlow = 1, .originalContext = 4096}, 2, 128);
        std::vector<float> factors(32);
        for (std::size_t i = 0; i < factors.size(); ++i) factors[i] = 1 + 0.3f * static_cast<float>(i);
        check({.dims = 64, .neox = neox, .attnFactor = 1.19f, .freqFactors = factors.data()}, 2, 96);
    }
}

} // namespace
} // namespace corral::cpu
