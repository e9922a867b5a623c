#pragma once
// The requests that are being answered, for whoever shows them: kept as long as somebody works on the answer. From any thread.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace corral::server {

struct RequestNow {
    std::uint64_t id = 0; // none twice
    std::string method, path, peer;
    std::chrono::steady_clock::time_point began;
    std::vector<std::uint64_t> tasks; // of the service
};

class RequestsNow : public std::enable_shared_from_this<RequestsNow> {
public:
    class Entry { // one request, until it is let go
    public:
        Entry(std::shared_ptr<RequestsNow> list, std::uint64_t id) : m_list(std::move(list)), m_id(id) {}
        ~Entry() { m_list->leave(m_id); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        void workedOnBy(std::uint64_t task) { m_list->add(m_id, task); }

    private:
        const std::shared_ptr<RequestsNow> m_list;
        const std::uint64_t m_id;
    };

    std::shared_ptr<Entry> enter(std::string method, std::string path, std::string peer)
    {
        const std::lock_guard lock(m_mutex);
        const std::uint64_t id = ++m_last;
        m_all[id] = {.id = id, .method = std::move(method), .path = std::move(path), .peer = std::move(peer), .began = std::chrono::steady_clock::now(), .tasks = {}};
        return std::make_shared<Entry>(shared_from_this(), id);
    }
    std::vector<RequestNow> list() const // oldest first
    {
        const std::lock_guard lock(m_mutex);
        std::vector<RequestNow> all;
        for (const auto& [id, request] : m_all) all.push_back(request);
        return all;
    }

private:
    void leave(std::uint64_t id)
    {
        const std::lock_guard lock(m_mutex);
        m_all.erase(id);
    }
    void add(std::uint64_t id, std::uint64_t task)
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_all.find(id); found != m_all.end()) found->second.tasks.push_back(task);
    }

    mutable std::mutex m_mutex;
    std::map<std::uint64_t, RequestNow> m_all;
    std::uint64_t m_last = 0;
};

} // namespace corral::server
