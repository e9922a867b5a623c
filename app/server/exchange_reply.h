#pragma once
#include "app/server/api/reply.h"
#include "app/server/http/event_stream.h"

#include <optional>

namespace corral::server {

// An endpoint's way back over HTTP.
class ExchangeReply final : public Reply {
public:
    explicit ExchangeReply(std::shared_ptr<Exchange> exchange) : m_exchange(std::move(exchange)) {}

    void send(int status, std::string body, const char* contentType) override { m_exchange->respond(status, {{"Content-Type", contentType}}, std::move(body)); }
    void beginEvents(int pingSeconds) override { EventStream(m_exchange, std::chrono::seconds(std::max(pingSeconds, 0))); }
    void write(std::string piece) override { m_exchange->write(piece); }
    void end() override { m_exchange->end(); }
    void onGone(std::function<void()> gone) override { m_exchange->onGone(std::move(gone)); }

private:
    const std::shared_ptr<Exchange> m_exchange;
};

} // namespace corral::server
