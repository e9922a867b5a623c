#include "app/engine/engine_host.h"

#include <chrono>
#include <utility>
#include <variant>

namespace corral::app {

using namespace std::chrono_literals;

// Two batches of signals are at least this far apart: 30 a second look fluent, and each costs the window a frame.
constexpr auto kGatherTime = 33ms;

EngineHost::EngineHost(const Factory& factory, QObject* parent) : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kGatherTime);
    connect(&m_pause, &QTimer::timeout, this, &EngineHost::flush);
    m_engine = factory([this](const engine::Event& event) { take(event); });
}

EngineHost::~EngineHost() { m_engine.reset(); }

engine::RequestId EngineHost::submit(engine::Request request) { return m_engine->submit(std::move(request)); }

void EngineHost::cancel(engine::RequestId id) { m_engine->cancel(id); }

void EngineHost::take(const engine::Event& event)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        engine::Event* last = m_pending.empty() ? nullptr : &m_pending.back();
        const bool sameKind = last && last->request == event.request && last->what.index() == event.what.index();
        if (sameKind && std::holds_alternative<engine::Text>(event.what)) {
            auto& gathered = std::get<engine::Text>(last->what);
            const auto& more = std::get<engine::Text>(event.what);
            gathered.utf8 += more.utf8;
            gathered.tokens += more.tokens;
        } else if (sameKind && (std::holds_alternative<engine::LoadProgress>(event.what) || std::holds_alternative<engine::PromptProgress>(event.what))) {
            *last = event;
        } else {
            m_pending.push_back(event);
        }
        wake = !std::exchange(m_flushing, true);
    }
    if (wake) QMetaObject::invokeMethod(this, &EngineHost::flush, Qt::QueuedConnection);
}

void EngineHost::flush()
{
    std::vector<engine::Event> events;
    {
        const std::lock_guard lock(m_mutex);
        events.swap(m_pending);
        m_flushing = !events.empty(); // nothing came during the pause: the next event wakes us at once
    }
    if (events.empty()) return;
    m_pause.start();
    for (const auto& event : events) emitEvent(event);
}

void EngineHost::emitEvent(const engine::Event& event)
{
    const quint64 id = event.request;
    struct {
        EngineHost* host;
        quint64 id;
        void operator()(const engine::LoadProgress& e) const { emit host->loadProgress(id, e.fraction); }
        void operator()(const engine::Loaded& e) const { emit host->loaded(id, e); }
        void operator()(const engine::PromptProgress& e) const { emit host->promptProgress(id, e.done, e.total, e.cached); }
        void operator()(const engine::Text& e) const { emit host->text(id, QString::fromUtf8(e.utf8.data(), qsizetype(e.utf8.size())), e.tokens); }
        void operator()(const engine::Finished& e) const { emit host->finished(id, e); }
        void operator()(const engine::Failed& e) const { emit host->failed(id, e.error); }
        void operator()(const engine::Unloaded&) const { emit host->unloaded(id); }
        void operator()(const engine::Recovered& e) const { emit host->recovered(id, e); }
    } const visitor{this, id};
    std::visit(visitor, event.what);
}

} // namespace corral::app
