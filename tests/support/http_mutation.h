#pragma once
// Requests changed at random, as a fuzzer that knows a little of HTTP would.
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace corral::test {

// Up to four changes of `bytes`; pieces of the seeds and words of the protocol are put into it.
inline std::string mutated(std::string bytes, const std::vector<std::string>& seeds, std::mt19937& random)
{
    constexpr std::string_view kWords[] = {"\r\n", "\r\n\r\n", ": ", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "%00", "%", "\xff", " HTTP/1.1", "HTTP/9.9",
                                           "0\r\n\r\n", "ffffffff\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n"};
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    for (std::size_t changes = below(5); changes > 0; --changes) {
        const std::size_t at = below(bytes.size() + 1);
        switch (below(5)) {
        case 0: bytes.insert(at, kWords[below(std::size(kWords))]); break;
        case 1: bytes.erase(at, below(20)); break;
        case 2: bytes.insert(at, 1, static_cast<char>(below(256))); break;
        case 3: bytes.resize(at); break;
        case 4: bytes.insert(at, seeds[below(seeds.size())].substr(0, below(60))); break;
        }
    }
    return bytes;
}

} // namespace corral::test
