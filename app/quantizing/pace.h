#pragma once
// How fast work goes and how long it will still take, from the last few seconds of it: what was fast before a pause or on another kind of
// tensor says little about what comes.
#include <cstdint>
#include <deque>
#include <optional>

namespace corral::app {

class Pace {
public:
    // `done` of `total` bytes at this time (seconds on any clock that only goes forward).
    void add(std::uint64_t done, std::uint64_t total, double seconds);
    void restart(); // after a pause: the time that passed does not count

    std::optional<double> bytesPerSecond() const;
    std::optional<double> secondsLeft() const;

private:
    struct Sample {
        std::uint64_t done = 0;
        double seconds = 0;
    };
    std::deque<Sample> m_samples;
    std::uint64_t m_total = 0;
};

} // namespace corral::app
