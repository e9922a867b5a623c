#include "core/base/job.h"

namespace corral {

void Job::pause()
{
    const std::lock_guard lock(m_mutex);
    m_paused = true;
}

void Job::resume()
{
    {
        const std::lock_guard lock(m_mutex);
        m_paused = false;
    }
    m_changed.notify_all();
}

void Job::cancel()
{
    {
        const std::lock_guard lock(m_mutex);
        m_cancelled = true;
    }
    m_stop.request_stop();
    m_changed.notify_all();
}

bool Job::cancelled() const
{
    const std::lock_guard lock(m_mutex);
    return m_cancelled;
}

bool Job::paused() const
{
    const std::lock_guard lock(m_mutex);
    return m_paused;
}

bool Job::proceed()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_paused || m_cancelled; });
    return !m_cancelled;
}

} // namespace corral
