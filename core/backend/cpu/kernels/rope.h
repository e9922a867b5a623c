#pragma once
// Rotary position embedding. Angles of a position: base angle a_i = p·θ^(−2i/r)/f_i for pair i of r rotated dims; linear and YaRN
// scaling and the magnitude as in the architectures sheet § 2.5.
#include <cstdint>

namespace corral::cpu {

struct RopeParams {
    std::int64_t dims = 0;        // r, even; dims beyond are copied
    bool neox = false;            // pairs (i, i + r/2) instead of (2i, 2i+1)
    float base = 10000;           // θ
    float freqScale = 1;          // 1 / s
    float extFactor = 0;          // YaRN ramp, 0 = off
    float attnFactor = 1;         // multiplies cos and sin
    float betaFast = 32, betaSlow = 1;
    std::int64_t originalContext = 0;
    const float* freqFactors = nullptr; // [r / 2] or null
};

// cos/sin of one position for every pair, magnitude included: table is [r/2][2].
void ropeTable(const RopeParams& params, std::int64_t position, float* table);
// Rotates rows [begin, end) in place: x[row] holds `heads` heads of headSize values; row t stands at position firstPosition + t, whose table is
// tables + t * dims (floats).
void ropeApply(const RopeParams& params, const float* tables, float* x, std::int64_t stride, std::int64_t heads, std::int64_t headSize, std::int64_t begin, std::int64_t end);

} // namespace corral::cpu
