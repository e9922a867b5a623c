#include "app/cli/engine_client.h"

#include "app/cli/interrupt.h"

#include <chrono>

namespace corral::cli {

EngineClient::EngineClient()
    : m_engine(engine::makeEngine([this](const engine::Event& event) {
          const std::lock_guard lock(m_mutex);
          m_events.push_back(event);
          m_arrived.notify_one();
      }))
{
}

engine::Event EngineClient::next(engine::RequestId current)
{
    constexpr auto kLookForInterrupt = std::chrono::milliseconds(20); // a signal handler cannot notify
    std::unique_lock lock(m_mutex);
    bool cancelled = false;
    while (!m_arrived.wait_for(lock, kLookForInterrupt, [this] { return !m_events.empty(); })) {
        if (!interrupted() || std::exchange(cancelled, true)) continue;
        lock.unlock();
        m_engine->cancel(current);
        lock.lock();
    }
    engine::Event event = std::move(m_events.front());
    m_events.pop_front();
    lock.unlock();
    if (interrupted()) m_engine->cancel(current);
    return event;
}

Result<engine::Loaded> EngineClient::load(const engine::LoadRequest& request)
{
    const auto id = m_engine->submit(request);
    while (true) {
        engine::Event event = next(id);
        if (auto* loaded = std::get_if<engine::Loaded>(&event.what)) return std::move(*loaded);
        if (auto* failure = std::get_if<engine::Failed>(&event.what)) return std::unexpected(std::move(failure->error));
    }
}

Result<engine::Finished> EngineClient::ask(engine::Request request, const std::function<void(const engine::Text&)>& onText,
                                           const std::function<void(const engine::PromptProgress&)>& onPrompt)
{
    const auto id = m_engine->submit(std::move(request));
    while (true) {
        engine::Event event = next(id);
        if (const auto* text = std::get_if<engine::Text>(&event.what)) onText(*text);
        else if (const auto* prompt = std::get_if<engine::PromptProgress>(&event.what); prompt && onPrompt) onPrompt(*prompt);
        else if (const auto* finished = std::get_if<engine::Finished>(&event.what)) return *finished;
        else if (auto* failure = std::get_if<engine::Failed>(&event.what)) return std::unexpected(std::move(failure->error));
    }
}

} // namespace corral::cli
