#pragma once
// The whole server: HTTP in front, endpoints on worker threads, the model behind.
//
//   Server server({.model = "model.gguf", .port = 8080});
//   if (auto listening = server.listen(); !listening) …
//   server.load([](Result<void> loaded) { … });   // until then requests are told to wait (503)
#include "app/server/api/api.h"
#include "app/server/http/http_server.h"
#include "app/server/requests_now.h"
#include "app/server/server_options.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <stop_token>

namespace corral::server {

struct ServeOptions {
    std::filesystem::path model;
    engine::ServiceOptions service;
    ApiOptions api;
    GateRules gate;
    Limits limits;
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string prefix; // of every path; "" or "/…"
    int workers = 0;    // threads for reading and tokenizing requests; 0: four
};
// What flags mean for a model. InvalidArgument: texts that are no JSON. Unsupported: what Corral's server cannot do yet.
Result<ServeOptions> serveOptions(const ServerOptions& options, const std::filesystem::path& model);
std::vector<std::string> withoutEffect(const ServerOptions& options); // flags that were given and change nothing: a line each

class Server : public QObject {
public:
    explicit Server(ServeOptions options, QObject* parent = nullptr);
    ~Server() override; // cuts the clients, ends the answers

    Result<void> listen();
    // On a worker; `done` and `progress` (0 … 1) are called in this object's thread. The destructor ends it between two steps.
    void load(std::function<void(Result<void>)> done, std::function<void(double)> progress = {});

    std::string address() const { return m_http.address(); }
    std::uint16_t port() const { return m_http.port(); }
    const engine::Service* service() const { return m_service.get(); } // nullptr until it is loaded
    void onRecovery(std::function<void(const engine::Recovery&)> call) { m_onRecovery = std::move(call); } // in this object's thread; before load()
    void onServed(std::function<void(const Served&)> call) { m_http.onServed(std::move(call)); }
    std::vector<RequestNow> requestsNow() const { return m_requests->list(); } // oldest first

private:
    void handle(std::shared_ptr<Exchange> exchange);

    const ServeOptions m_options;
    Api m_api;
    const std::shared_ptr<RequestsNow> m_requests = std::make_shared<RequestsNow>();
    std::function<void(const engine::Recovery&)> m_onRecovery;
    std::stop_source m_ending;
    QThreadPool m_workers;
    HttpServer m_http;
    std::unique_ptr<engine::Service> m_service;
};

} // namespace corral::server
