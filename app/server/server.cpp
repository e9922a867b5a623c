#include "app/server/server.h"

#include "app/server/exchange_reply.h"

#include <QMetaObject>

namespace corral::server {

namespace {

constexpr int kWorkers = 4;

} // namespace

Server::Server(ServeOptions options, QObject* parent)
    : QObject(parent), m_options(std::move(options)), m_api(m_options.api),
      m_http([this](std::shared_ptr<Exchange> exchange) { handle(std::move(exchange)); }, m_options.gate, m_options.limits)
{
    m_workers.setMaxThreadCount(m_options.workers > 0 ? m_options.workers : kWorkers);
}

Server::~Server()
{
    m_ending.request_stop();
    m_http.close();
    m_api.setService(nullptr);
    m_workers.waitForDone();
}

Result<void> Server::listen() { return m_http.listen(m_options.host, m_options.port); }

void Server::load(std::function<void(Result<void>)> done, std::function<void(double)> progress)
{
    m_workers.start([this, done = std::move(done), progress = std::move(progress)] {
        const auto tell = [&](double fraction) {
            if (progress) QMetaObject::invokeMethod(this, [progress, fraction] { progress(fraction); }, Qt::QueuedConnection);
        };
        engine::ServiceOptions options = m_options.service;
        options.onRecovery = [this](const engine::Recovery& what) {
            QMetaObject::invokeMethod(this, [this, what] {
                if (m_onRecovery) m_onRecovery(what);
            }, Qt::QueuedConnection);
        };
        auto opened = engine::Service::open(m_options.model, options, {.stop = m_ending.get_token(), .progress = tell});
        // A function that is kept must be copyable.
        auto held = std::make_shared<decltype(opened)>(std::move(opened));
        QMetaObject::invokeMethod(this, [this, held, done] {
            if (!*held) return done(std::unexpected(held->error()));
            m_service = std::move(**held);
            m_api.setService(m_service.get());
            done({});
        }, Qt::QueuedConnection);
    });
}

void Server::handle(std::shared_ptr<Exchange> exchange)
{
    const Request& request = exchange->request();
    m_workers.start([this, exchange = std::move(exchange), entry = m_requests->enter(request.method, request.path, request.peer)] {
        const Request& r = exchange->request();
        const bool isOurs = r.path.starts_with(m_options.prefix) && (r.path.size() == m_options.prefix.size() || r.path[m_options.prefix.size()] == '/');
        if (!isOurs) return exchange->respond(errorAnswer(404, "File Not Found"));
        const std::string path = r.path.substr(m_options.prefix.size());
        m_api.answer({r.method, path.empty() ? "/" : path, r.query, r.body}, std::make_shared<ExchangeReply>(exchange, entry));
    });
}

} // namespace corral::server
