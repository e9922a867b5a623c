#pragma once
// Progress of work on chunks of a text, in tokens; the listener is called at most 30 times a second and at the end of each chunk.
#include "core/base/job.h"

#include <chrono>
#include <format>

namespace corral::measure {

class ProgressMeter {
public:
    ProgressMeter(const ProgressFn& listener, std::uint64_t total, int chunks) : m_listener(listener), m_progress{.done = 0, .total = total, .step = 0, .steps = chunks, .name = {}} {}

    void add(std::size_t tokens)
    {
        m_progress.done += tokens;
        if (const auto now = Clock::now(); now - m_told >= kInterval) tell(now);
    }
    void endChunk()
    {
        tell(Clock::now());
        ++m_progress.step;
    }
    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); } // since the start

private:
    using Clock = std::chrono::steady_clock;
    static constexpr auto kInterval = std::chrono::milliseconds(33);

    void tell(Clock::time_point now)
    {
        m_told = now;
        if (!m_listener) return;
        m_progress.name = std::format("chunk {}", m_progress.step + 1);
        m_listener(m_progress);
    }

    const ProgressFn& m_listener;
    Progress m_progress;
    Clock::time_point m_start = Clock::now(), m_told = m_start;
};

} // namespace corral::measure
