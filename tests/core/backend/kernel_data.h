#pragma once
// Data of the kernel tests: numbers that vary, weights in every layout, and buffers that end at a page nobody may read.
#include "core/base/float16.h"
#include "core/quant/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace corral::test {

inline std::vector<float> randomFloats(std::size_t count, std::uint32_t seed, float size = 1)
{
    std::mt19937 rng(seed);
    std::normal_distribution<float> normal(0, size);
    std::vector<float> values(count);
    for (float& v : values) v = normal(rng);
    return values;
}

// `bytes` readable bytes directly before a page that must not be touched (where the pages end: data()[size() - 1] is the last byte).
class GuardedBytes {
public:
    explicit GuardedBytes(std::size_t bytes) : m_size(bytes)
    {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        m_mapped = (bytes + page - 1) / page * page + page;
        m_base = static_cast<std::byte*>(::mmap(nullptr, m_mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        ::mprotect(m_base + m_mapped - page, page, PROT_NONE);
        m_data = m_base + m_mapped - page - bytes;
    }
    ~GuardedBytes() { ::munmap(m_base, m_mapped); }
    GuardedBytes(const GuardedBytes&) = delete;
    GuardedBytes& operator=(const GuardedBytes&) = delete;
    std::byte* data() { return m_data; }
    std::size_t size() const { return m_size; }

private:
    std::size_t m_size, m_mapped;
    std::byte* m_base;
    std::byte* m_data;
};

// 64-byte aligned scratch of exactly the size asked for, before a guard page.
class Scratch {
public:
    explicit Scratch(std::size_t bytes) : m_bytes((bytes + 63) / 64 * 64), m_size(bytes) {}
    std::span<std::byte> span() { return {m_bytes.data(), m_size}; }

private:
    GuardedBytes m_bytes;
    std::size_t m_size;
};

// Random blocks whose scales are finite and of the size real weights have. The bytes that hold f16 scales, by format.
inline void fillWeights(const quant::Format& format, std::span<std::byte> bytes, std::uint32_t seed)
{
    std::mt19937 rng(seed);
    std::normal_distribution<float> normal(0, 1);
    auto put16 = [&](std::size_t at, std::uint16_t v) { std::memcpy(bytes.data() + at, &v, 2); };
    if (format.id == quant::kF32 || format.id == quant::kF16 || format.id == quant::kBF16) {
        for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(format.blockBytes)) {
            const float v = normal(rng);
            if (format.id == quant::kF32) std::memcpy(bytes.data() + at, &v, 4);
            else put16(at, format.id == quant::kF16 ? floatToHalf(v) : floatToBf16(v));
        }
        return;
    }
    for (std::byte& b : bytes) b = static_cast<std::byte>(rng());
    for (std::size_t at = 0; at < bytes.size(); at += static_cast<std::size_t>(format.blockBytes)) {
        const std::uint16_t d = floatToHalf(0.01f + 0.02f * std::fabs(normal(rng)));
        const std::string_view name = format.name;
        if (name == "mxfp4") bytes[at] = static_cast<std::byte>(118 + rng() % 4); // an exponent
        else put16(at + (name == "q6_K" ? 208 : name == "q3_K" ? 108 : name == "q2_K" ? 80 : 0), d);
        if (name == "q4_K" || name == "q5_K" || name == "q4_1" || name == "q5_1" || name == "q2_K")
            put16(at + (name == "q2_K" ? 82 : 2), floatToHalf(0.05f * std::fabs(normal(rng))));
    }
}

} // namespace corral::test
