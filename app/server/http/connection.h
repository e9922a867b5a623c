#pragma once
// One client's connection: reads a request, has it answered, reads the next. Lives in the server's thread.
#include "app/server/http/descriptor.h"
#include "app/server/http/exchange.h"
#include "app/server/http/gate.h"
#include "app/server/http/limits.h"
#include "app/server/http/request_parser.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <QObject>
#include <QSocketNotifier>

namespace corral::server {

// For a log: one answer that has gone out, or did not because the client went.
struct Served {
    std::string peer, method, path; // as the client sent them: method and path empty if the head was refused
    int status = 0;                 // 0: gone before it was known
    std::uint64_t bytes = 0;        // of the answer, as sent
    std::chrono::milliseconds time{0}; // from the complete head
    bool gone = false;
};

class Connection : public QObject {
public:
    using Clock = std::chrono::steady_clock;
    // What all connections of a server have in common; outlives them.
    struct House {
        Limits limits;
        Gate gate;
        std::function<void(std::shared_ptr<Exchange>)> handler;
        std::function<void(const Served&)> onServed;
        std::shared_ptr<std::atomic<std::size_t>> bodyBytes = std::make_shared<std::atomic<std::size_t>>(0); // of requests that are held
    };

    // closed: called once, when the descriptor is closed; the connection may be deleted later, but not by this call.
    Connection(int descriptor, const House& house, std::function<void(Connection*)> closed, QObject* parent);
    ~Connection() override;

    void turnAway(int status, const std::string& message); // without hearing what the client wants
    void tick(); // now and then: time limits, clients that went without a sound
    void drop(); // as if the client had gone

private:
    enum class State { Reading, Answering, Lingering, Closed };
    struct BodyClaim;

    void readable();
    void advance();
    bool headRead();
    void hand();
    void refuse(int status, const std::string& message);
    void answerHere(const Answer& answer); // without the handler
    void deliver();
    void sendHead(int status, const Headers& headers, std::optional<std::size_t> length);
    void sendBody(std::string piece);
    void put(std::string bytes);
    void flush();
    void answered();
    void inputHasEnded();
    void linger();
    void close(bool gone, bool reset);
    void report(bool gone);
    void checkTimes(Clock::time_point now);

    const House& m_house;
    const std::function<void(Connection*)> m_closed;
    Descriptor m_descriptor;
    const std::string m_peer;
    QSocketNotifier m_reader, m_writer;
    State m_state = State::Reading;
    Clock::time_point m_since = Clock::now(); // of what m_state (while reading: the parser) is at
    bool m_fresh = true;      // no request yet
    bool m_inputEnded = false;
    std::string m_in;         // read, not yet taken by the parser: what comes after a request that is being answered
    RequestParser m_parser;
    std::shared_ptr<BodyClaim> m_claim;

    // Of the request that is being read or answered.
    bool m_headRead = false, m_headOnly = false, m_keepAlive = false;
    int m_minorVersion = 1;
    Headers m_extra; // from the gate
    Served m_served;
    Clock::time_point m_began;

    // Of its answer.
    std::shared_ptr<Wire> m_wire; // nullptr: answered here
    bool m_headSent = false, m_chunked = false, m_streamed = false, m_bodyless = false, m_ended = false, m_cut = false;
    std::string m_ping;
    std::chrono::milliseconds m_pingAfter{0};
    std::deque<std::string> m_out;
    std::size_t m_outTaken = 0; // of m_out.front()
    std::size_t m_unsent = 0;   // bytes in m_out
    Clock::time_point m_lastTaken, m_lastPut, m_stalledSince; // stalledSince: {} if it is not
};

} // namespace corral::server
