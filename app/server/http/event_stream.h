#pragma once
// An answer as server-sent events. Events are written whole; while there is nothing to say a comment is sent now and then, so that
// proxies keep the connection and a client that has gone is noticed.
//
//   EventStream stream(exchange, std::chrono::seconds(30));
//   stream.data(json); … stream.data("[DONE]"); stream.end();
#include "app/server/http/exchange.h"

namespace corral::server {

class EventStream {
public:
    // Begins the answer. ping: 0 or less: never.
    EventStream(std::shared_ptr<Exchange> exchange, std::chrono::milliseconds ping, const Headers& more = {});

    // "data: …" and a blank line; false: the client is gone. A text of several lines becomes several data lines of one event.
    bool data(std::string_view text) { return event({}, text); }
    bool event(std::string_view name, std::string_view text); // with "event: NAME" before it
    void end() { m_exchange->end(); }
    const std::shared_ptr<Exchange>& exchange() const { return m_exchange; }

private:
    std::shared_ptr<Exchange> m_exchange;
};

} // namespace corral::server
