#pragma once
// The loops behind ValueScan, written for the compiler to vectorize. Everything is internal to the file that includes it, which is
// compiled for one instruction set.
#include "core/quantize/value_scan.h"

#include <bit>
#include <cmath>

namespace corral::quantize {
namespace {

constexpr int kLanes = 16;

// step(i, lane) for every i in [0, n), 16 lanes side by side.
template <class Step> inline void inLanes(std::int64_t n, Step&& step)
{
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (int lane = 0; lane < kLanes; ++lane) step(i + lane, lane);
    for (int lane = 0; i < n; ++i, ++lane) step(i, lane);
}

template <class T> inline double total(const T (&lanes)[kLanes])
{
    double sum = 0;
    for (const T lane : lanes) sum += static_cast<double>(lane);
    return sum;
}

std::uint32_t largestMagnitude(const float* values, std::int64_t n)
{
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffu;
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

// weightOf(i): a double.
template <class WeightOf> inline ErrorSums compare(const float* original, const float* decoded, std::int64_t n, WeightOf&& weightOf)
{
    double squares[kLanes] = {}, originals[kLanes] = {};
    float largest[kLanes] = {};
    inLanes(n, [&](std::int64_t i, int lane) {
        const float error = std::fabs(decoded[i] - original[i]);
        squares[lane] += static_cast<double>(error) * static_cast<double>(error) * weightOf(i);
        originals[lane] += static_cast<double>(original[i]) * static_cast<double>(original[i]) * weightOf(i);
        largest[lane] = error > largest[lane] ? error : largest[lane];
    });
    ErrorSums sums{.squares = total(squares), .originalSquares = total(originals), .maxAbsolute = 0};
    for (const float lane : largest) sums.maxAbsolute = lane > sums.maxAbsolute ? lane : sums.maxAbsolute;
    return sums;
}

ErrorSums errors(const float* original, const float* decoded, std::int64_t n)
{
    return compare(original, decoded, n, [](std::int64_t) { return 1.0; });
}

ErrorSums weightedErrors(const float* original, const float* decoded, const float* weights, std::int64_t n)
{
    return compare(original, decoded, n, [weights](std::int64_t i) { return static_cast<double>(weights[i]); });
}

ValueSums sums(const float* values, std::int64_t n)
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    std::uint32_t zeros[kLanes] = {}, notFinite[kLanes] = {};
    double sum[kLanes] = {}, squares[kLanes] = {};
    float minimum[kLanes], maximum[kLanes];
    for (int lane = 0; lane < kLanes; ++lane) {
        minimum[lane] = kInfinity;
        maximum[lane] = -kInfinity;
    }
    inLanes(n, [&](std::int64_t i, int lane) {
        const float value = values[i];
        const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(value) & 0x7fffffffu;
        const bool finite = magnitude < kInfinityBits;
        zeros[lane] += magnitude == 0;
        notFinite[lane] += !finite;
        const float counted = finite ? value : 0.0f;
        sum[lane] += static_cast<double>(counted);
        squares[lane] += static_cast<double>(counted) * static_cast<double>(counted);
        const float low = finite ? value : kInfinity, high = finite ? value : -kInfinity;
        minimum[lane] = low < minimum[lane] ? low : minimum[lane];
        maximum[lane] = high > maximum[lane] ? high : maximum[lane];
    });
    ValueSums result;
    for (int lane = 0; lane < kLanes; ++lane) {
        result.zeros += zeros[lane];
        result.notFinite += notFinite[lane];
        result.minimum = minimum[lane] < result.minimum ? minimum[lane] : result.minimum;
        result.maximum = maximum[lane] > result.maximum ? maximum[lane] : result.maximum;
    }
    result.sum = total(sum);
    result.squares = total(squares);
    return result;
}

constexpr ValueScan kLoops{.largestMagnitude = largestMagnitude, .errors = errors, .weightedErrors = weightedErrors, .sums = sums};

} // namespace
} // namespace corral::quantize
