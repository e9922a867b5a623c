#pragma once
// The server on a thread of its own, so that neither waits for the window nor the window for it. Orders go in, signals come back on the thread
// this object lives in; both keep their order.
//
//   start → loading…, listening → loaded | refused        stop → stopped, when everything is gone        look → seen        recovery, by itself
#include "app/server/server.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QThread>

#include <chrono>
#include <memory>

namespace corral::app {

class ServerHost : public QObject {
    Q_OBJECT

public:
    enum Step { Choices, Address, Model }; // at which a start was refused
    struct Loaded {
        int slotCount = 0, contextLength = 0, threads = 0;
        generate::Placement placement;
    };
    struct Served { // a request that was answered, or whose client went
        QDateTime time;
        server::Served what;
    };
    struct Glance {
        std::chrono::steady_clock::time_point at;
        engine::ServiceState state;
        std::vector<server::RequestNow> requests;
    };

    explicit ServerHost(QObject* parent = nullptr);
    ~ServerHost() override; // stops the server and waits for it

    void start(const server::ServerOptions& options); // of one that was stopped, or refused
    void stop();
    void look(); // nothing follows while no model is loaded

signals:
    void loading(double fraction);
    void listening(const QString& address, quint16 port);
    void loaded(const corral::app::ServerHost::Loaded& what);
    // freePort: if another program has the port, one near it that nobody has; else 0.
    void refused(corral::app::ServerHost::Step step, const corral::Error& error, quint16 freePort);
    void stopped();
    void recovery(const corral::engine::Recovery& what, const corral::generate::Placement& placement); // where layers lie now, of what recovered
    void served(const QList<corral::app::ServerHost::Served>& requests); // gathered; the oldest of too many are left out
    void seen(const corral::app::ServerHost::Glance& glance);

private:
    class Keeper; // lives in the thread

    QThread m_thread;
    Keeper* m_keeper;
    bool m_looking = false; // one question at a time
};

} // namespace corral::app
