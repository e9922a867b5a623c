#pragma once
// The loops of row_kernels.h, written in lanes so that the compiler of the including file turns them into its vectors. Included once by
// row_kernels.cpp, row_kernels_avx2.cpp and row_kernels_avx512.cpp.
#include "core/measure/row_kernels.h"

#include <bit>
#include <cmath>
#include <limits>

namespace corral::measure {
namespace {

constexpr int kLanes = 16;
constexpr double kLowest = -700; // e^x below it is less than 1e-304: nothing beside the row's largest value, whose e^x is 1

// e^x for kLowest <= x <= 700: x = n ln 2 + r with |r| <= ln 2 / 2, Taylor's series of e^r up to r¹² (relative error below 1e-15).
inline double expOf(double x)
{
    constexpr double kShift = 0x1.8p52; // adding it leaves the nearest whole number in the low bits of the sum
    constexpr double kLn2High = 0x1.62e42fefa38p-1, kLn2Low = 0x1.ef35793c7673p-45; // their sum is ln 2; n · kLn2High is exact
    const double shifted = x * 1.44269504088896340736 + kShift;
    const double n = shifted - kShift;
    const double r = (x - n * kLn2High) - n * kLn2Low;
    double e = 1.0 / 479001600;
    e = e * r + 1.0 / 39916800;
    e = e * r + 1.0 / 3628800;
    e = e * r + 1.0 / 362880;
    e = e * r + 1.0 / 40320;
    e = e * r + 1.0 / 5040;
    e = e * r + 1.0 / 720;
    e = e * r + 1.0 / 120;
    e = e * r + 1.0 / 24;
    e = e * r + 1.0 / 6;
    e = e * r + 0.5;
    e = e * r + 1;
    e = e * r + 1;
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(e) + (std::bit_cast<std::uint64_t>(shifted) << 52)); // · 2ⁿ
}

inline double limited(double x) { return x > kLowest ? x : kLowest; }

double logSum(const float* x, std::int64_t n, float& top)
{
    const std::int64_t whole = n / kLanes * kLanes;
    float tops[kLanes];
    int odd[kLanes] = {}; // values that are no numbers
    for (float& t : tops) t = -std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; i < whole; i += kLanes)
        for (int l = 0; l < kLanes; ++l) {
            const float v = x[i + l];
            tops[l] = v > tops[l] ? v : tops[l];
            odd[l] += v != v;
        }
    for (std::int64_t i = whole; i < n; ++i) {
        tops[0] = x[i] > tops[0] ? x[i] : tops[0];
        odd[0] += x[i] != x[i];
    }
    top = tops[0];
    int notNumbers = 0;
    for (int l = 0; l < kLanes; ++l) {
        top = tops[l] > top ? tops[l] : top;
        notNumbers += odd[l];
    }
    if (notNumbers || !std::isfinite(top)) return std::numeric_limits<double>::quiet_NaN();

    const double highest = top;
    double sums[kLanes] = {};
    for (std::int64_t i = 0; i < whole; i += kLanes)
        for (int l = 0; l < kLanes; ++l) sums[l] += expOf(limited(double(x[i + l]) - highest));
    double sum = 0;
    for (std::int64_t i = whole; i < n; ++i) sum += expOf(limited(double(x[i]) - highest));
    for (const double s : sums) sum += s;
    return highest + std::log(sum);
}

double divergence(const float* p, double pLogSum, const float* q, double qLogSum, std::int64_t n)
{
    const double between = pLogSum - qLogSum;
    const auto one = [&](std::int64_t i) { return expOf(limited(double(p[i]) - pLogSum)) * (double(p[i]) - double(q[i]) - between); };
    const std::int64_t whole = n / kLanes * kLanes;
    double sums[kLanes] = {};
    for (std::int64_t i = 0; i < whole; i += kLanes)
        for (int l = 0; l < kLanes; ++l) sums[l] += one(i + l);
    double sum = 0;
    for (std::int64_t i = whole; i < n; ++i) sum += one(i);
    for (const double s : sums) sum += s;
    return sum;
}

void addSquares(const float* x, double* sums, std::int64_t n)
{
    for (std::int64_t i = 0; i < n; ++i) sums[i] += double(x[i]) * double(x[i]);
}

} // namespace
} // namespace corral::measure
