#pragma once
// Templates come out of downloaded files: every one of these can be reached by a hostile template, and none by a real one.
#include <cstdint>

namespace corral::text::jinja {

struct Limits {
    std::uint64_t steps = 5'000'000;        // evaluated nodes, plus long string work: about 0.2 seconds …
    std::uint64_t stepsPerInputByte = 200;  // … plus this for each byte of input (some templates search all messages for each message) …
    std::uint64_t stepsAtMost = 50'000'000; // … about two seconds
    std::uint64_t bytes = 256u << 20;       // texts and containers made in one rendering …
    std::uint64_t bytesPerInputByte = 2000; // … plus this for each byte of input (`text = text + message` in a loop is quadratic)
    std::uint64_t bytesAtMost = 2ull << 30;
};

inline constexpr std::size_t kMaxSourceBytes = 4u << 20;
inline constexpr unsigned kMaxParseDepth = 150;    // nested brackets, operators and blocks in the source
inline constexpr unsigned kMaxRunDepth = 1000;     // nested evaluations, macros included
inline constexpr unsigned kMaxNesting = 200;       // lists in lists
inline constexpr std::int64_t kMaxRange = 100'000; // as Jinja's sandbox

} // namespace corral::text::jinja
