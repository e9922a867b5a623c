#include "app/quantizing/pace.h"

namespace corral::app {

constexpr double kWindow = 8;      // seconds that are looked at
constexpr double kShortest = 0.3;  // before that a speed is noise

void Pace::add(std::uint64_t done, std::uint64_t total, double seconds)
{
    if (total != m_total || (!m_samples.empty() && done < m_samples.back().done)) m_samples.clear(); // another stage of the work
    m_total = total;
    m_samples.push_back({done, seconds});
    while (m_samples.size() > 2 && seconds - m_samples.front().seconds > kWindow) m_samples.pop_front();
}

void Pace::restart() { m_samples.clear(); }

std::optional<double> Pace::bytesPerSecond() const
{
    if (m_samples.size() < 2) return std::nullopt;
    const double seconds = m_samples.back().seconds - m_samples.front().seconds;
    if (seconds < kShortest || m_samples.back().done == m_samples.front().done) return std::nullopt;
    return double(m_samples.back().done - m_samples.front().done) / seconds;
}

std::optional<double> Pace::secondsLeft() const
{
    const auto speed = bytesPerSecond();
    if (!speed || m_total < m_samples.back().done) return std::nullopt;
    return double(m_total - m_samples.back().done) / *speed;
}

} // namespace corral::app
