#pragma once
// SHA-256 (FIPS 180-4) of bytes as they come. With the processor's own instructions where it has them (about 2 GB/s), else a plain loop.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace corral {

class Sha256 {
public:
    Sha256();
    void add(std::span<const std::byte> bytes);
    std::string hex(); // 64 lower-case digits; nothing may be added after it

private:
    static constexpr std::size_t kBlock = 64;
    using Words = std::array<std::uint32_t, 8>;
    using Rounds = void (*)(Words& state, const std::byte* data, std::size_t blocks);
    static void plainRounds(Words& state, const std::byte* data, std::size_t blocks);
    static void fastRounds(Words& state, const std::byte* data, std::size_t blocks);
    static Rounds bestRounds();

    const Rounds m_rounds = bestRounds();
    Words m_state;
    std::array<std::byte, kBlock> m_rest; // the begun block
    std::uint64_t m_length = 0;           // bytes so far
};

} // namespace corral
