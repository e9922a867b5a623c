#include "tests/support/sha256.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <format>
#include <vector>

namespace corral::test {

namespace {

// The first 32 bits of the fractional parts of the roots of the first 64 primes: cube roots for K, square roots for the start.
struct Constants {
    std::array<std::uint32_t, 64> k{};
    std::array<std::uint32_t, 8> start{};
    Constants()
    {
        const auto fraction = [](long double root) { return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L); };
        std::size_t found = 0;
        for (int n = 2; found < k.size(); ++n) {
            bool prime = true;
            for (int d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
            if (!prime) continue;
            if (found < start.size()) start[found] = fraction(std::sqrt(static_cast<long double>(n)));
            k[found++] = fraction(std::cbrt(static_cast<long double>(n)));
        }
    }
};

} // namespace

std::string sha256(std::span<const std::byte> bytes)
{
    static const Constants constants;
    auto h = constants.start;
    std::vector<std::byte> tail(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 64 * 64), bytes.end());
    tail.push_back(std::byte{0x80});
    tail.resize((tail.size() + 8 + 63) / 64 * 64);
    for (std::size_t i = 0; i < 8; ++i) tail[tail.size() - 1 - i] = static_cast<std::byte>(static_cast<std::uint64_t>(bytes.size()) * 8 >> (8 * i));

    const auto block = [&](const std::byte* data) {
        std::array<std::uint32_t, 64> w{};
        for (std::size_t i = 0; i < 16; ++i)
            for (std::size_t b = 0; b < 4; ++b) w[i] = w[i] << 8 | static_cast<std::uint32_t>(data[4 * i + b]);
        for (std::size_t i = 16; i < 64; ++i) {
            const std::uint32_t a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) + w[i - 7] + (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
        }
        auto s = h;
        for (std::size_t i = 0; i < 64; ++i) {
            const std::uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]), majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
            const std::uint32_t t1 = s[7] + (std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25)) + choice + constants.k[i] + w[i];
            const std::uint32_t t2 = (std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22)) + majority;
            s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
        }
        for (std::size_t i = 0; i < 8; ++i) h[i] += s[i];
    };
    for (std::size_t i = 0; i + 64 <= bytes.size(); i += 64) block(bytes.data() + i);
    for (std::size_t i = 0; i < tail.size(); i += 64) block(tail.data() + i);

    std::string text;
    for (const std::uint32_t word : h) text += std::format("{:08x}", word);
    return text;
}

} // namespace corral::test
