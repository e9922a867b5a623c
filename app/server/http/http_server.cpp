#include "app/server/http/http_server.h"

#include <algorithm>
#include <format>
#include <utility>

#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QHostInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTcpServer>
#include <sys/socket.h>
#include <unistd.h>

namespace corral::server {

namespace {

constexpr std::chrono::milliseconds kTick{100}; // how exactly times are kept
constexpr std::size_t kTurnedAway = 64;         // connections beyond the limit that are told so; more are cut

} // namespace

class HttpServer::Listener : public QTcpServer {
public:
    explicit Listener(HttpServer& server) : m_server(server)
    {
        setListenBacklogSize(256);
        // Out of descriptors: Qt stops listening so as not to spin.
        connect(this, &QTcpServer::acceptError, this, [this] { QTimer::singleShot(kTick, this, [this] { resumeAccepting(); }); });
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_server.accept(descriptor); }

private:
    HttpServer& m_server;
};

class HttpServer::LocalListener : public QLocalServer {
public:
    explicit LocalListener(HttpServer& server) : m_server(server) { setSocketOptions(UserAccessOption); }

protected:
    void incomingConnection(quintptr descriptor) override { m_server.accept(static_cast<std::intptr_t>(descriptor)); }

private:
    HttpServer& m_server;
};

HttpServer::HttpServer(Handler handler, GateRules gate, Limits limits, QObject* parent)
    : QObject(parent), m_house{.limits = limits, .gate = Gate(std::move(gate)), .handler = std::move(handler), .onServed = {}}
{
    m_clock.setInterval(kTick);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        for (Connection* connection : std::vector(m_connections)) connection->tick(); // ticks may close some, of themselves only
    });
}

HttpServer::~HttpServer() { close(); }

Result<void> HttpServer::listen(const std::string& host, std::uint16_t port)
{
    close();
    if (host.ends_with(".sock")) return listenLocally(host);
    QList<QHostAddress> addresses; // the first must do; the others are for those who come by them
    const bool bracketed = host.starts_with('[') && host.ends_with(']'); // as in an address of the web
    const QString name = QString::fromStdString(bracketed ? host.substr(1, host.size() - 2) : host);
    if (host == "localhost") addresses = {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    else if (name == QLatin1String("::") || host == "*") addresses = {QHostAddress(QHostAddress::Any)};
    else if (const QHostAddress address(name); !address.isNull()) addresses = {address};
    else addresses = QHostInfo::fromName(name).addresses();
    if (addresses.isEmpty()) return fail(ErrorCode::NotFound, "no address is known for \"{}\"", host);
    for (const QHostAddress& address : std::as_const(addresses)) {
        auto listener = std::make_unique<Listener>(*this);
        if (!listener->listen(address, m_listeners.empty() ? port : m_port)) {
            if (!m_listeners.empty()) continue;
            return fail(ErrorCode::Io, "cannot listen at {}, port {}: {}", host, port, listener->errorString().toStdString());
        }
        if (m_listeners.empty()) m_port = listener->serverPort();
        m_listeners.push_back(std::move(listener));
    }
    m_address = std::format("http://{}:{}", host.contains(':') && !bracketed ? "[" + host + "]" : host, m_port);
    return {};
}

Result<void> HttpServer::listenLocally(const std::string& path)
{
    const QString name = QFileInfo(QString::fromStdString(path)).absoluteFilePath(); // Qt takes others for names in the temporary folder
    if (QFile::exists(name)) { // of a server that is there, or of one that was killed
        QLocalSocket probe;
        probe.connectToServer(name);
        if (probe.waitForConnected(1000)) return fail(ErrorCode::Io, "another server listens at {}", path);
        if (probe.error() != QLocalSocket::ConnectionRefusedError) return fail(ErrorCode::Io, "{} exists and is no socket of a server", path);
        QLocalServer::removeServer(name);
    }
    auto listener = std::make_unique<LocalListener>(*this);
    if (!listener->listen(name)) return fail(ErrorCode::Io, "cannot listen at {}: {}", path, listener->errorString().toStdString());
    m_listeners.push_back(std::move(listener));
    m_address = path;
    return {};
}

void HttpServer::close()
{
    m_listeners.clear();
    for (Connection* connection : std::vector(m_connections)) connection->drop();
    m_port = 0;
    m_address.clear();
}

void HttpServer::accept(std::intptr_t descriptor)
{
    const std::size_t most = m_house.limits.connections;
    if (m_connections.size() >= most + kTurnedAway) {
        ::close(static_cast<int>(descriptor));
        return;
    }
    auto* connection = new Connection(static_cast<int>(descriptor), m_house, [this](Connection* closed) { gone(closed); }, this);
    m_connections.push_back(connection);
    if (m_connections.size() > most) connection->turnAway(503, "too many connections to this server at the moment");
    if (!m_clock.isActive()) m_clock.start();
}

void HttpServer::gone(Connection* connection)
{
    std::erase(m_connections, connection);
    if (m_connections.empty()) m_clock.stop();
    connection->deleteLater();
}

} // namespace corral::server
