#pragma once
// Answers that may be spoken to while they are written, by their ids. Any thread may call it.
#include "core/generate/scheduler.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace corral::server {

class RunningAnswers {
public:
    void add(std::string_view id, std::vector<generate::TaskId> tasks)
    {
        if (id.empty()) return;
        const std::lock_guard lock(m_mutex);
        m_tasks.insert_or_assign(std::string(id), std::move(tasks));
    }
    void remove(std::string_view id)
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_tasks.find(id); found != m_tasks.end()) m_tasks.erase(found);
    }
    std::vector<generate::TaskId> tasks(std::string_view id) const // none: no such answer
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_tasks.find(id);
        return found == m_tasks.end() ? std::vector<generate::TaskId>() : found->second;
    }

private:
    mutable std::mutex m_mutex;
    std::map<std::string, std::vector<generate::TaskId>, std::less<>> m_tasks;
};

} // namespace corral::server
