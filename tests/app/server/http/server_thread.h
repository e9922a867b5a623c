#pragma once
// A server with a thread and an event loop of its own, so that a test may block. What the handler does is the test's business; a plain one
// echoes.
#include "app/server/http/http_server.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>

namespace corral::test {

using server::Exchange;
using ExchangePointer = std::shared_ptr<Exchange>;

inline void echo(const ExchangePointer& exchange)
{
    const auto& request = exchange->request();
    std::string query;
    for (const auto& [name, value] : request.query) query += "?" + name + "=" + value;
    exchange->respond(200, {{"Content-Type", "text/plain"}}, request.method + " " + request.path + query + "\n" + request.body);
}

class ServerThread {
public:
    explicit ServerThread(server::HttpServer::Handler handler = echo, server::GateRules gate = {}, server::Limits limits = {}, std::string host = "127.0.0.1")
    {
        m_thread = std::thread([this, handler = std::move(handler), gate = std::move(gate), limits, host = std::move(host)] {
            QEventLoop loop;
            server::HttpServer server(handler, gate, limits);
            server.onServed([this](const server::Served& served) {
                const std::scoped_lock lock(m_mutex);
                m_served.push_back(served);
            });
            const auto listening = server.listen(host, 0);
            {
                const std::scoped_lock lock(m_mutex);
                m_loop = &loop;
                m_server = &server;
                m_port = server.port();
                m_error = listening ? "" : listening.error().message;
            }
            m_ready.notify_all();
            loop.exec();
        });
        std::unique_lock lock(m_mutex);
        m_ready.wait(lock, [this] { return m_server != nullptr; });
    }
    ~ServerThread()
    {
        QMetaObject::invokeMethod(m_loop, [loop = m_loop] { loop->quit(); }, Qt::QueuedConnection);
        m_thread.join();
    }

    std::uint16_t port() const { return m_port; }
    std::string error() const { return m_error; }
    // In the server's thread; returns when done.
    template <class F> void inside(F call) { QMetaObject::invokeMethod(m_server, [this, &call] { call(*m_server); }, Qt::BlockingQueuedConnection); }
    int connections()
    {
        int count = 0;
        inside([&](server::HttpServer& server) { count = server.connections(); });
        return count;
    }
    bool emptyWithin(std::chrono::milliseconds most) // no connection left
    {
        for (const auto end = std::chrono::steady_clock::now() + most; std::chrono::steady_clock::now() < end;
             std::this_thread::sleep_for(std::chrono::milliseconds(10)))
            if (connections() == 0) return true;
        return false;
    }
    std::vector<server::Served> served()
    {
        const std::scoped_lock lock(m_mutex);
        return m_served;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_ready;
    QEventLoop* m_loop = nullptr;
    server::HttpServer* m_server = nullptr;
    std::uint16_t m_port = 0;
    std::string m_error;
    std::vector<server::Served> m_served;
    std::thread m_thread;
};

// Hands exchanges from the server's thread to the test's.
class Inbox {
public:
    server::HttpServer::Handler handler()
    {
        return [this](ExchangePointer exchange) {
            const std::scoped_lock lock(m_mutex);
            m_exchanges.push_back(std::move(exchange));
            m_came.notify_all();
        };
    }
    ExchangePointer next()
    {
        std::unique_lock lock(m_mutex);
        if (!m_came.wait_for(lock, std::chrono::seconds(20), [this] { return !m_exchanges.empty(); })) return nullptr;
        ExchangePointer exchange = std::move(m_exchanges.front());
        m_exchanges.erase(m_exchanges.begin());
        return exchange;
    }
    std::size_t size()
    {
        const std::scoped_lock lock(m_mutex);
        return m_exchanges.size();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::vector<ExchangePointer> m_exchanges;
};

// Waits until it holds.
template <class F> bool soon(F holds, std::chrono::milliseconds most = std::chrono::seconds(10))
{
    for (const auto end = std::chrono::steady_clock::now() + most; std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(std::chrono::milliseconds(2)))
        if (holds()) return true;
    return holds();
}

} // namespace corral::test
