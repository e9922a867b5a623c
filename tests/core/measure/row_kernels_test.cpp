// Every level's loops against long double, over counts around a vector's length and misaligned rows.
#include "core/measure/row_kernels.h"

#include "core/base/cpu_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace corral::measure {
namespace {

std::vector<const RowKernels*> levels()
{
    std::vector<const RowKernels*> all{&kRowsPlain};
#if defined(__x86_64__)
    if (detectSimdLevel() >= SimdLevel::Avx2) all.push_back(&kRowsAvx2);
    if (detectSimdLevel() >= SimdLevel::Avx512) all.push_back(&kRowsAvx512);
#endif
    return all;
}

std::vector<float> logits(std::size_t n, unsigned seed, float spread)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(-3, spread);
    std::vector<float> values(n);
    for (float& v : values) v = normal(random);
    return values;
}

long double exactLogSum(const float* x, std::size_t n)
{
    const long double top = *std::max_element(x, x + n);
    long double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += std::exp(static_cast<long double>(x[i]) - top);
    return top + std::log(sum);
}

TEST(RowKernels, LogSumAndDivergenceAreThoseOfLongDouble)
{
    for (const RowKernels* kernels : levels()) {
        for (const float spread : {0.1f, 4.f, 400.f}) {
            for (std::size_t n = 1; n <= 70; ++n) {
                const auto p = logits(n + 1, static_cast<unsigned>(n), spread), noise = logits(n + 1, static_cast<unsigned>(n) + 1000, 0.05f);
                auto q = p;
                for (std::size_t i = 0; i < q.size(); ++i) q[i] += noise[i];
                const float *pRow = p.data() + 1, *qRow = q.data() + 1;
                float pTop = 0, qTop = 0;
                const double pLogSum = kernels->logSum(pRow, std::int64_t(n), pTop), qLogSum = kernels->logSum(qRow, std::int64_t(n), qTop);
                const long double pExact = exactLogSum(pRow, n), qExact = exactLogSum(qRow, n);
                EXPECT_EQ(pTop, *std::max_element(pRow, pRow + n));
                EXPECT_NEAR(pLogSum, double(pExact), 1e-14 * (1 + std::abs(double(pExact)))) << n;
                long double divergence = 0;
                for (std::size_t i = 0; i < n; ++i) divergence += std::exp(pRow[i] - pExact) * ((pRow[i] - pExact) - (qRow[i] - qExact));
                EXPECT_NEAR(kernels->divergence(pRow, pLogSum, qRow, qLogSum, std::int64_t(n)), double(divergence), 1e-13) << n;
                EXPECT_EQ(kernels->divergence(pRow, pLogSum, pRow, pLogSum, std::int64_t(n)), 0);
            }
        }
    }
}

TEST(RowKernels, WhatIsNoNumberIsNoticed)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
    for (const RowKernels* kernels : levels()) {
        for (std::size_t place : {0, 5, 31, 36}) {
            for (const float bad : {kNan, kInfinity}) {
                auto x = logits(37, 1, 1);
                x[place] = bad;
                float top = 0;
                EXPECT_TRUE(std::isnan(kernels->logSum(x.data(), 37, top))) << place;
            }
            auto x = logits(37, 1, 1);
            x[place] = -kInfinity; // a token that never comes is fine
            float top = 0;
            EXPECT_NEAR(kernels->logSum(x.data(), 37, top), double(exactLogSum(x.data(), 37)), 1e-13) << place;
        }
    }
}

TEST(RowKernels, SquaresAreAdded)
{
    for (const RowKernels* kernels : levels()) {
        for (std::size_t n = 0; n <= 40; ++n) {
            const auto x = logits(n + 1, 3, 2);
            std::vector<double> sums(n + 1, 0.5);
            kernels->addSquares(x.data() + 1, sums.data(), std::int64_t(n));
            kernels->addSquares(x.data() + 1, sums.data(), std::int64_t(n));
            for (std::size_t i = 0; i < n; ++i) EXPECT_DOUBLE_EQ(sums[i], 0.5 + 2 * double(x[i + 1]) * double(x[i + 1]));
            EXPECT_EQ(sums[n], 0.5);
        }
    }
}

} // namespace
} // namespace corral::measure
