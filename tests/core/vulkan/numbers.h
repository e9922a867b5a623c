#pragma once
// What results are measured with. Limits of the normalized squared error by how something is computed (facts/vulkan.md § Tests).
#include <cstdint>
#include <random>
#include <vector>

namespace corral::vulkan::test {

inline constexpr double kSingle = 1e-10;     // sums in single precision
inline constexpr double kHalf = 1e-5;        // something was rounded to half floats
inline constexpr double kEightBits = 5e-4;   // something was rounded to blocks of eight bits

// Σ (y − exact)² / Σ exact²
inline double normalizedError(const std::vector<float>& y, const std::vector<double>& exact)
{
    double errors = 0, squares = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        errors += (y[i] - exact[i]) * (y[i] - exact[i]);
        squares += exact[i] * exact[i];
    }
    return errors / squares;
}

inline std::vector<float> normals(std::size_t count, std::uint32_t seed, float size = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, size);
    std::vector<float> values(count);
    for (float& v : values) v = normal(random);
    return values;
}

} // namespace corral::vulkan::test
