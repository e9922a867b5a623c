#pragma once
// What the quant tests share: the instruction sets to try, and tensor bytes that hold finite numbers.
#include "core/quant/format.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

namespace corral::test {

using namespace corral::quant;

// Every level this machine has.
inline std::vector<SimdLevel> simdLevels()
{
    std::vector<SimdLevel> levels{SimdLevel::Plain};
    if (detectSimdLevel() == SimdLevel::Neon) levels.push_back(SimdLevel::Neon);
    if (detectSimdLevel() >= SimdLevel::Avx2) levels.push_back(SimdLevel::Avx2);
    if (detectSimdLevel() >= SimdLevel::Avx512) levels.push_back(SimdLevel::Avx512);
    return levels;
}

// Where in a block the half floats lie that scale it; the other bytes may be anything.
inline std::vector<int> halfOffsets(std::string_view format)
{
    if (format == "q2_K") return {80, 82};
    if (format == "q3_K") return {108};
    if (format == "q6_K") return {208};
    if (format == "tq1_0") return {52};
    if (format == "tq2_0") return {64};
    if (format == "q4_1" || format == "q5_1" || format == "q4_K" || format == "q5_K" || format == "q8_1") return {0, 2};
    if (format == "f16") return {0};
    if (format == "f32" || format == "bf16" || format == "q8_K" || format == "mxfp4" || format == "nvfp4" || format == "iq1_m") return {};
    return {0};
}

// Pseudo-random bytes, all of them `fill` if that is not negative, with scales of ordinary size and either sign.
inline std::vector<std::byte> randomBlocks(const Format& format, std::int64_t blocks, std::uint64_t seed, int fill = -1)
{
    std::mt19937_64 random(seed);
    std::vector<std::byte> bytes(static_cast<std::size_t>(blocks) * static_cast<std::size_t>(format.blockBytes));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(fill >= 0 ? fill : static_cast<int>(random() & 0xff));
    const auto half = [&] { return static_cast<std::uint16_t>(0x1c00u + random() % 0x1000 + (random() & 1) * 0x8000u); };
    std::normal_distribution<float> normal(0.0f, 1.0f);
    for (std::int64_t b = 0; b < blocks; ++b) {
        std::byte* block = bytes.data() + b * format.blockBytes;
        for (const int offset : halfOffsets(format.name)) {
            const std::uint16_t scale = half();
            std::memcpy(block + offset, &scale, 2);
        }
        if (format.name == "f32" || format.name == "q8_K") {
            const float value = normal(random);
            std::memcpy(block, &value, 4);
        } else if (format.name == "bf16") {
            const float value = normal(random);
            std::memcpy(block, reinterpret_cast<const std::byte*>(&value) + 2, 2);
        } else if (format.name == "mxfp4") {
            block[0] = static_cast<std::byte>(115 + random() % 10);
        } else if (format.name == "iq1_m") { // the top nibbles of four words make the half float
            const std::uint16_t scale = half();
            for (int i = 0; i < 4; ++i)
                block[48 + 2 * i + 1] = (block[48 + 2 * i + 1] & std::byte{0x0f}) | static_cast<std::byte>((scale >> (4 * i) & 15) << 4);
        }
    }
    return bytes;
}

inline std::vector<float> randomActivations(std::int64_t n, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal(0.0f, 1.0f);
    std::vector<float> x(static_cast<std::size_t>(n));
    for (float& value : x) value = normal(random);
    return x;
}

// A quantized vector and the memory it lives in.
class Activations {
public:
    Activations(ActivationKind kind, const std::vector<float>& x, SimdLevel level = simdLevel())
        : m_buffer(new (std::align_val_t{64}) std::byte[activationBytes(kind, static_cast<std::int64_t>(x.size())) + 64])
    {
        row = quantizeActivations(kind, x.data(), static_cast<std::int64_t>(x.size()), m_buffer.get(), level);
    }
    ActivationRow row;

private:
    struct Free {
        void operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{64}); }
    };
    std::unique_ptr<std::byte[], Free> m_buffer;
};

} // namespace corral::test
