#pragma once
// The one bridge between the engine's thread and Qt: requests go through, events come back as signals on the thread this object
// lives in, gathered: however fast tokens come, at most about 30 batches of signals a second, each text signal holding all that came
// since the last one. Order is kept.
#include "core/engine/engine.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace corral::app {

class EngineHost : public QObject {
    Q_OBJECT

public:
    using EventSink = std::function<void(const engine::Event&)>;
    using Factory = std::function<std::unique_ptr<engine::Engine>(EventSink)>; // engine::makeEngine, or a ScriptedEngine's

    explicit EngineHost(const Factory& factory, QObject* parent = nullptr);
    ~EngineHost() override;

    engine::RequestId submit(engine::Request request);
    void cancel(engine::RequestId id);

signals:
    void loadProgress(quint64 request, double fraction);
    void loaded(quint64 request, const corral::engine::Loaded& what);
    void promptProgress(quint64 request, int done, int total, int cached);
    void text(quint64 request, const QString& text, int tokens);
    void finished(quint64 request, const corral::engine::Finished& what);
    void failed(quint64 request, const corral::Error& error);
    void unloaded(quint64 request);
    void recovered(quint64 request, const corral::engine::Recovered& what);

private:
    void take(const engine::Event& event); // on the engine's thread
    void flush();
    void emitEvent(const engine::Event& event);

    std::mutex m_mutex;
    std::vector<engine::Event> m_pending; // guarded by m_mutex
    bool m_flushing = false;              // guarded by m_mutex: a flush is queued, or the timer will look again
    QTimer m_pause;
    std::unique_ptr<engine::Engine> m_engine; // last: its thread ends before the rest goes
};

} // namespace corral::app
