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
    m_http.close();
    m_api.setService(nullptr);
    m_workers.waitForDone();
}

Result<void> Server::listen() { return m_http.listen(m_options.host, m_options.port); }

void Server::load(std::function<void(Result<void>)> done)
{
    m_workers.start([this, done = std::move(done)] {
        auto opened = engine::Service::open(m_options.model, m_options.service);
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
    m_workers.start([this, exchange = std::move(exchange)] {
        const Request& r = exchange->request();
        const bool isOurs = r.path.starts_with(m_options.prefix) && (r.path.size() == m_options.prefix.size() || r.path[m_options.prefix.size()] == '/');
        if (!isOurs) return exchange->respond(errorAnswer(404, "File Not Found"));
        const std::string path = r.path.substr(m_options.prefix.size());
        m_api.answer({r.method, path.empty() ? "/" : path, r.query, r.body}, std::make_shared<ExchangeReply>(exchange));
    });
}

} // namespace corral::server
