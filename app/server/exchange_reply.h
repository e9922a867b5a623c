#pragma once
#include "app/server/api/reply.h"
#include "app/server/http/event_stream.h"
#include "app/server/requests_now.h"

#include <optional>

namespace corral::server {

// An endpoint's way back over HTTP.
class ExchangeReply final : public Reply {
public:
    ExchangeReply(std::shared_ptr<Exchange> exchange, std::shared_ptr<RequestsNow::Entry> entry) : m_exchange(std::move(exchange)), m_entry(std::move(entry)) {}

    void send(int status, std::string body, const char* contentType) override { m_exchange->respond(status, {{"Content-Type", contentType}}, std::move(body)); }
    void beginEvents(int pingSeconds) override { EventStream(m_exchange, std::chrono::seconds(std::max(pingSeconds, 0))); }
    void write(std::string piece) override { m_exchange->write(piece); }
    void end() override { m_exchange->end(); }
    void onGone(std::function<void()> gone) override { m_exchange->onGone(std::move(gone)); }
    void workedOnBy(std::uint64_t task) override { m_entry->workedOnBy(task); }

private:
    const std::shared_ptr<Exchange> m_exchange;
    const std::shared_ptr<RequestsNow::Entry> m_entry;
};

} // namespace corral::server
