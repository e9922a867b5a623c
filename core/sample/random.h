#pragma once
// MT19937 and the three ways the chain draws from it (facts/sampling-and-chat.md § 1: the same seed gives the same text as in the
// programs people know). The generator advances only when a step draws.
#include <cmath>
#include <cstdint>
#include <random>

namespace corral::sample {

class Random {
public:
    explicit Random(std::uint32_t seed) : m_seed(seed), m_engine(seed) {}
    void reset() { m_engine.seed(m_seed); }

    // [0, 1): two outputs, the second one the high half of 64 bits.
    double nextDouble()
    {
        const std::uint64_t low = m_engine();
        const std::uint64_t high = m_engine();
        const double value = (static_cast<double>(low) + static_cast<double>(high) * 0x1p32) * 0x1p-64;
        return value < 1 ? value : std::nextafter(1.0, 0.0);
    }

    // [0, 1): one output.
    float nextFloat()
    {
        const float value = static_cast<float>(m_engine()) * 0x1p-32f;
        return value < 1 ? value : std::nextafter(1.0f, 0.0f);
    }

private:
    std::uint32_t m_seed;
    std::mt19937 m_engine;
};

} // namespace corral::sample
