#pragma once
// How many tokens a second a growing count makes, over the last few seconds.
#include <chrono>
#include <cstdint>
#include <deque>

namespace corral::app {

class TokenRate {
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(std::uint64_t count, Time at)
    {
        if (!m_samples.empty() && (count < m_samples.back().count || at - m_samples.back().at > kGap)) m_samples.clear(); // another count, or nobody looked
        m_samples.push_back({count, at});
        while (m_samples.size() > 2 && at - m_samples.front().at > kWindow) m_samples.pop_front();
    }
    double perSecond() const // 0 until two samples tell
    {
        if (m_samples.size() < 2) return 0;
        const double seconds = std::chrono::duration<double>(m_samples.back().at - m_samples.front().at).count();
        return seconds > 0 ? double(m_samples.back().count - m_samples.front().count) / seconds : 0;
    }

private:
    static constexpr std::chrono::seconds kWindow{2}, kGap{6};
    struct Sample {
        std::uint64_t count = 0;
        Time at;
    };
    std::deque<Sample> m_samples;
};

} // namespace corral::app
