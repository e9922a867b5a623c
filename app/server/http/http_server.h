#pragma once
// An HTTP/1.1 server (and 1.0) in one event loop: any number of clients, one handler that is called with each complete request. What the
// handler is given may be answered from any thread, at once or piece by piece (exchange.h); while it thinks the others go on.
//
//   HttpServer server([](std::shared_ptr<Exchange> exchange) { exchange->respond(200, {}, "hello"); });
//   if (const auto listening = server.listen("127.0.0.1", 8080); !listening) return listening.error();
//
// Requests one after the other over one connection (also sent ahead), HEAD, bodies in chunks, Expect: 100-continue. What is wrong with a
// request is told in OpenAI's error shape before the handler sees it. A client that disconnects is known to its exchange at once; one that
// shuts down only its sending side is answered. No TLS.
#include "app/server/http/connection.h"
#include "core/base/error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QTimer>

namespace corral::server {

class HttpServer : public QObject {
public:
    using Handler = std::function<void(std::shared_ptr<Exchange>)>; // in this object's thread; an exception is answered with 500

    explicit HttpServer(Handler handler, GateRules gate = {}, Limits limits = {}, QObject* parent = nullptr);
    ~HttpServer() override; // close()

    // An address, a name, "localhost" (both families), "0.0.0.0", "::" (both families), or a path that ends in ".sock" (a local socket,
    // for this user only). Port 0: a free one.
    Result<void> listen(const std::string& host, std::uint16_t port);
    void close(); // no more connections; those that are there are cut, and their exchanges learn that the clients have gone

    std::uint16_t port() const { return m_port; } // 0: not listening, or a local socket
    std::string address() const { return m_address; } // "http://127.0.0.1:8080", "/run/corral.sock"
    int connections() const { return static_cast<int>(m_connections.size()); }
    // For a log; in this object's thread. An answer is reported when it is out.
    void onServed(std::function<void(const Served&)> call) { m_house.onServed = std::move(call); }

private:
    class Listener;
    class LocalListener;
    Result<void> listenLocally(const std::string& path);
    void accept(std::intptr_t descriptor);
    void gone(Connection* connection);

    Connection::House m_house;
    std::vector<std::unique_ptr<QObject>> m_listeners;
    std::vector<Connection*> m_connections; // children
    QTimer m_clock;
    std::uint16_t m_port = 0;
    std::string m_address;
};

} // namespace corral::server
