#pragma once
// One request and its answer. The handler gets it when the request is complete, and may keep it and answer whenever it likes, from any thread:
//
//   exchange->respond(200, {{"Content-Type", "application/json"}}, body);
// or piece by piece (SSE: event_stream.h), until the client has gone:
//   exchange->onGone([job] { job->cancel(); });
//   exchange->begin(200, {{"Content-Type", "text/event-stream"}});
//   while (more && exchange->write(piece)) …;
//   exchange->end();
//
// An exchange that is let go without an answer is answered with 500; with half of one, the connection is cut so that the client sees it.
#include "app/server/http/request.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

class QObject;

namespace corral::server {

// What exchange and connection know of each other: the connection lives in the server's thread, the exchange where it is wanted.
class Wire {
public:
    struct Output {
        bool begun = false, complete = false; // complete: an Answer with its length; otherwise pieces follow
        bool ended = false, abandoned = false;
        int status = 0;
        Headers headers;
        std::deque<std::string> pieces;
        std::string ping;                     // sent when nothing was for `pingAfter`
        std::chrono::milliseconds pingAfter{0};
    };

    Wire(QObject* connection, std::function<void()> deliver) : m_connection(connection), m_deliver(std::move(deliver)) {}

    // Of the exchange, from any thread.
    bool change(const std::function<void(Output&)>& change); // false, and nothing is done, once the client is gone
    bool gone() const;
    void onGone(std::function<void()> call);
    std::size_t waiting() const;

    // Of the connection, in its thread.
    void look(const std::function<void(Output&)>& look); // takes what has come
    void setUnsent(std::size_t bytes);                   // taken, but not yet by the client
    void leave(bool gone);                               // no more calls into the connection

private:
    mutable std::mutex m_mutex;
    QObject* m_connection; // nullptr: it has left
    std::function<void()> m_deliver;
    bool m_deliveryPosted = false, m_gone = false;
    std::size_t m_unsent = 0;
    Output m_output;
    std::function<void()> m_onGone;
};

class Exchange {
public:
    // claim: kept as long as the request is, whatever it is.
    Exchange(Request request, std::shared_ptr<Wire> wire, std::shared_ptr<void> claim = {});
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    const Request& request() const { return m_request; }

    // Once, and not after begin(). Content-Length, Date and Connection are added; nothing else is.
    void respond(int status, Headers headers, std::string body);
    void respond(Answer answer) { respond(answer.status, std::move(answer.headers), std::move(answer.body)); }
    void begin(int status, Headers headers);
    bool write(std::string_view piece); // goes out whole, not mixed with a ping; false: the client is gone
    void end();
    // While a begun answer says nothing for that long, `text` is sent.
    void pingWith(std::string text, std::chrono::milliseconds silence);

    bool gone() const { return m_wire->gone(); }
    // Called once, in the server's thread, or at once if the client is gone already. Not after the answer has ended. What is called must not
    // keep the exchange: then it would never be let go.
    void onGone(std::function<void()> call) { m_wire->onGone(std::move(call)); }
    std::size_t waiting() const { return m_wire->waiting(); } // bytes the client has not taken yet

private:
    const Request m_request;
    const std::shared_ptr<Wire> m_wire;
    const std::shared_ptr<void> m_claim;
};

} // namespace corral::server
