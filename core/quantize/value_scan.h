#pragma once
// What is known of many floats after one look at each of them. Sums are kept in double precision in 16 lanes (the square of a float is
// exact there), so that those without weights are the same for every instruction set.
#include "core/base/cpu_features.h"

#include <cstdint>
#include <limits>

namespace corral::quantize {

// Bits of the largest magnitude: as floats while finite; infinity is kInfinityBits, any NaN is above.
inline constexpr std::uint32_t kInfinityBits = 0x7f800000u;

struct ErrorSums { // of decoded - original
    double squares = 0, originalSquares = 0;
    float maxAbsolute = 0;
    void add(const ErrorSums& other);
};

struct ValueSums { // all but zeros and notFinite: of the finite values only
    std::uint64_t zeros = 0, notFinite = 0;
    float minimum = std::numeric_limits<float>::infinity(), maximum = -std::numeric_limits<float>::infinity();
    double sum = 0, squares = 0;
};

// n < 2^31
struct ValueScan {
    std::uint32_t (*largestMagnitude)(const float* values, std::int64_t n);
    ErrorSums (*errors)(const float* original, const float* decoded, std::int64_t n);
    // Each square times its weight.
    ErrorSums (*weightedErrors)(const float* original, const float* decoded, const float* weights, std::int64_t n);
    ValueSums (*sums)(const float* values, std::int64_t n);
};

const ValueScan& valueScan(SimdLevel level);

} // namespace corral::quantize
