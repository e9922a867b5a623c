#include "app/serving/server_host.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTimer>

#include <utility>

namespace corral::app {

using namespace std::chrono_literals;

namespace {

constexpr auto kGatherTime = 150ms;
constexpr qsizetype kMostGathered = 500; // more in that time are of no use to anybody who reads

// Another program's port: one near it that can be had. 0: it is not that.
quint16 freePortNear(const std::string& host, quint16 port)
{
    constexpr int kTries = 50;
    const QHostAddress address(QString::fromStdString(host));
    QTcpServer probe;
    if (probe.listen(address, port) || probe.serverError() != QAbstractSocket::AddressInUseError) return 0;
    for (int next = port + 1; next <= std::min(port + kTries, 65'535); ++next) {
        if (probe.listen(address, quint16(next))) return quint16(next);
    }
    return probe.listen(address, 0) ? probe.serverPort() : 0;
}

} // namespace

class ServerHost::Keeper : public QObject {
public:
    explicit Keeper(ServerHost& host) : m_host(host)
    {
        m_gather.setSingleShot(true);
        m_gather.setInterval(kGatherTime);
        connect(&m_gather, &QTimer::timeout, this, &Keeper::tellServed);
    }

    void start(const server::ServerOptions& options)
    {
        auto serve = server::serveOptions(options, options.model);
        if (!serve) return refuse(Choices, serve.error());
        m_server = std::make_unique<server::Server>(std::move(*serve));
        m_server->onServed([this](const server::Served& what) { take(what); });
        m_server->onRecovery([this](const engine::Recovery& what) {
            tell([what, placement = m_server->service()->placement()](ServerHost& host) { emit host.recovery(what, placement); });
        });
        if (const auto listening = m_server->listen(); !listening) return refuse(Address, listening.error(), freePortNear(options.host, options.port));
        tell([address = QString::fromStdString(m_server->address()), port = m_server->port()](ServerHost& host) { emit host.listening(address, port); });
        m_server->load(
            [this](Result<void> loaded) {
                if (!loaded) // not here: the server is in the middle of calling
                    return void(QMetaObject::invokeMethod(this, [this, error = loaded.error()] { refuse(Model, error); }, Qt::QueuedConnection));
                const engine::Service& service = *m_server->service();
                tell([what = Loaded{.slotCount = service.slotCount(), .contextLength = service.contextLength(), .threads = service.threads(), .placement = service.placement()}](ServerHost& host) { emit host.loaded(what); });
            },
            [this](double fraction) { tell([fraction](ServerHost& host) { emit host.loading(fraction); }); });
    }

    void stop()
    {
        m_server.reset();
        tellServed();
        tell([](ServerHost& host) { emit host.stopped(); });
    }

    void look()
    {
        Glance glance{.at = std::chrono::steady_clock::now(), .state = {}, .requests = {}};
        const bool works = m_server && m_server->service();
        if (works) {
            glance.state = m_server->service()->state();
            glance.requests = m_server->requestsNow();
        }
        tell([works, glance = std::move(glance)](ServerHost& host) {
            host.m_looking = false;
            if (works) emit host.seen(glance);
        });
    }

private:
    template <class Call> void tell(Call call)
    {
        QMetaObject::invokeMethod(&m_host, [host = &m_host, call = std::move(call)] { call(*host); }, Qt::QueuedConnection);
    }

    void refuse(Step step, const Error& error, quint16 freePort = 0)
    {
        if (step == Model && !m_server) return; // stopped in between
        m_server.reset();
        tell([=](ServerHost& host) { emit host.refused(step, error, freePort); });
    }

    void take(const server::Served& what)
    {
        m_gathered.append({QDateTime::currentDateTime(), what});
        if (m_gathered.size() > 2 * kMostGathered) m_gathered.remove(0, kMostGathered);
        if (!m_gather.isActive()) m_gather.start();
    }

    void tellServed()
    {
        m_gather.stop();
        if (m_gathered.isEmpty()) return;
        tell([gathered = std::exchange(m_gathered, {})](ServerHost& host) { emit host.served(gathered); });
    }

    ServerHost& m_host;
    QTimer m_gather{this}; // a child: it goes along into the thread
    QList<Served> m_gathered;
    std::unique_ptr<server::Server> m_server; // last: it calls all of this
};

ServerHost::ServerHost(QObject* parent) : QObject(parent), m_keeper(new Keeper(*this))
{
    m_keeper->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_keeper, &QObject::deleteLater);
}

ServerHost::~ServerHost()
{
    if (!m_thread.isRunning()) {
        delete m_keeper;
        return;
    }
    m_thread.quit();
    m_thread.wait();
}

void ServerHost::start(const server::ServerOptions& options)
{
    if (!m_thread.isRunning()) m_thread.start();
    m_looking = false;
    QMetaObject::invokeMethod(m_keeper, [keeper = m_keeper, options] { keeper->start(options); }, Qt::QueuedConnection);
}

void ServerHost::stop() { QMetaObject::invokeMethod(m_keeper, [keeper = m_keeper] { keeper->stop(); }, Qt::QueuedConnection); }

void ServerHost::look()
{
    if (std::exchange(m_looking, true)) return;
    QMetaObject::invokeMethod(m_keeper, [keeper = m_keeper] { keeper->look(); }, Qt::QueuedConnection);
}

} // namespace corral::app
