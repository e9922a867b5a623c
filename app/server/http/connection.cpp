#include "app/server/http/connection.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <format>

namespace corral::server {

namespace {

constexpr std::size_t kReadAtOnce = 64 << 10; // bytes; also what may come ahead of its turn
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// "Mon, 23 Nov 2026 13:05:00 GMT", whatever the locale.
std::string httpDate()
{
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm t{};
    ::gmtime_r(&now, &t);
    return std::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[t.tm_wday], t.tm_mday, kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

bool hasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

} // namespace

// A request's body counts against those of all clients as long as it is held, be it by its connection or by its exchange.
struct Connection::BodyClaim {
    explicit BodyClaim(std::shared_ptr<std::atomic<std::size_t>> all) : m_all(std::move(all)) {}
    ~BodyClaim() { *m_all -= m_bytes; }
    BodyClaim(const BodyClaim&) = delete;
    BodyClaim& operator=(const BodyClaim&) = delete;

    // Of all clients together.
    std::size_t grow(std::size_t bytes)
    {
        const std::size_t more = bytes - std::exchange(m_bytes, bytes);
        return *m_all += more;
    }

private:
    const std::shared_ptr<std::atomic<std::size_t>> m_all;
    std::size_t m_bytes = 0;
};

Connection::Connection(int descriptor, const House& house, std::function<void(Connection*)> closed, QObject* parent)
    : QObject(parent), m_house(house), m_closed(std::move(closed)), m_descriptor(descriptor), m_peer(m_descriptor.peer()),
      m_reader(descriptor, QSocketNotifier::Read), m_writer(descriptor, QSocketNotifier::Write), m_parser(house.limits)
{
    m_writer.setEnabled(false);
    connect(&m_reader, &QSocketNotifier::activated, this, [this] { readable(); });
    connect(&m_writer, &QSocketNotifier::activated, this, [this] { flush(); });
}

Connection::~Connection() { close(true, false); }

void Connection::drop() { close(true, true); }

void Connection::turnAway(int status, const std::string& message) { refuse(status, message); }

void Connection::readable()
{
    if (m_state == State::Closed) return;
    if (m_state == State::Answering && m_in.size() >= kReadAtOnce) {
        m_reader.setEnabled(false); // until the answer is out; tick() looks whether the client is there
        return;
    }
    std::array<char, kReadAtOnce> buffer;
    const auto [outcome, bytes] = m_descriptor.receive(buffer);
    switch (outcome) {
    case Descriptor::Outcome::Some:
        if (m_state == State::Lingering) return; // unheard
        m_in.append(buffer.data(), bytes);
        break;
    case Descriptor::Outcome::Later: return;
    case Descriptor::Outcome::End:
        m_inputEnded = true;
        m_reader.setEnabled(false);
        inputHasEnded();
        break;
    case Descriptor::Outcome::Broken: close(true, false); return;
    }
    advance();
}

// Reads what has come, to the end of one request.
void Connection::advance()
{
    while (m_state == State::Reading && !m_in.empty()) {
        const bool begins = m_parser.state() == RequestParser::State::Idle;
        if (begins) m_since = Clock::now();
        m_in.erase(0, m_parser.take(m_in));
        m_fresh = false;
        const auto state = m_parser.state();
        if (state == RequestParser::State::Refused) {
            refuse(m_parser.refusal().status, m_parser.refusal().message);
            return;
        }
        if (state < RequestParser::State::Body) continue;
        if (!m_headRead && !headRead()) return;
        if (!m_claim) m_claim = std::make_shared<BodyClaim>(m_house.bodyBytes);
        if (m_claim->grow(m_parser.bodyBytes()) > m_house.limits.allBodies) {
            refuse(503, "too much is being sent to this server at the moment");
            return;
        }
        if (state == RequestParser::State::Complete) {
            hand();
            return;
        }
    }
    if (m_state != State::Reading || !m_inputEnded) return;
    m_parser.finish();
    if (m_parser.state() == RequestParser::State::Refused) refuse(m_parser.refusal().status, m_parser.refusal().message);
    else close(false, false); // between two requests
}

// False: the request went no further.
bool Connection::headRead()
{
    const Request& head = m_parser.head();
    m_headRead = true;
    m_since = m_began = Clock::now();
    m_headOnly = head.method == "HEAD";
    m_minorVersion = head.minorVersion;
    m_keepAlive = m_parser.keepAlive();
    m_extra = m_house.gate.headersFor(head);
    m_served = {.peer = m_peer, .method = head.method, .path = head.path};
    const bool complete = m_parser.state() == RequestParser::State::Complete;
    if (const auto answer = m_house.gate.stop(head)) {
        if (complete) m_parser.takeRequest();
        else m_keepAlive = false; // its body is not waited for
        answerHere(*answer);
        return false;
    }
    if (m_parser.expectsContinue() && !complete && m_parser.bodyBytes() == 0) put(std::string(kContinue));
    flush();
    return m_state == State::Reading;
}

void Connection::hand()
{
    Request request = m_parser.takeRequest();
    request.peer = m_peer;
    m_state = State::Answering;
    m_since = Clock::now();
    m_wire = std::make_shared<Wire>(this, [this] { deliver(); });
    auto exchange = std::make_shared<Exchange>(std::move(request), m_wire, std::exchange(m_claim, nullptr));
    try {
        m_house.handler(std::move(exchange));
    } catch (const std::exception&) { // the exchange was let go: answered with 500
    }
    deliver();
    if (m_inputEnded) inputHasEnded();
}

// Before or instead of the handler: the connection ends after it.
void Connection::refuse(int status, const std::string& message)
{
    if (!m_headRead) { // nothing is known of the client
        m_served = {.peer = m_peer};
        m_began = Clock::now();
        m_headOnly = false;
        m_minorVersion = 1;
        m_extra = {};
    }
    m_keepAlive = false;
    m_claim.reset();
    m_in.clear();
    answerHere(errorAnswer(status, message));
}

void Connection::answerHere(const Answer& answer)
{
    m_state = State::Answering;
    m_since = Clock::now();
    m_wire.reset();
    sendHead(answer.status, answer.headers, answer.body.size());
    sendBody(answer.body);
    m_ended = true;
    flush();
}

// What the handler has said since the last time.
void Connection::deliver()
{
    if (m_state != State::Answering || !m_wire) return;
    std::optional<Answer> instead;
    m_wire->look([&](Wire::Output& output) {
        if (output.abandoned && !output.begun) {
            instead = errorAnswer(500, "the request was not answered");
            return;
        }
        if (output.begun && !m_headSent) {
            m_streamed = !output.complete;
            sendHead(output.status, output.headers, output.complete ? std::optional(output.pieces.front().size()) : std::nullopt);
        }
        if (!m_headSent) return;
        m_ping = output.ping;
        m_pingAfter = output.pingAfter;
        std::string piece;
        if (output.pieces.size() == 1) piece = std::move(output.pieces.front());
        else for (const std::string& one : output.pieces) piece += one;
        output.pieces.clear();
        sendBody(std::move(piece));
        if (output.ended && m_chunked && !m_bodyless && !m_ended) put("0\r\n\r\n");
        m_ended = output.ended;
        m_cut = output.abandoned;
    });
    if (instead) {
        m_wire->leave(false);
        answerHere(*instead);
        return;
    }
    flush();
}

void Connection::sendHead(int status, const Headers& headers, std::optional<std::size_t> length)
{
    m_headSent = true;
    m_served.status = status;
    m_bodyless = m_headOnly || hasNoBody(status);
    m_chunked = !length && m_minorVersion == 1;
    if (!length && !m_chunked && !m_bodyless) m_keepAlive = false; // of HTTP/1.0: the end of the connection is the end of the answer
    if (m_inputEnded && m_in.empty()) m_keepAlive = false;
    std::string head = std::format("HTTP/1.1 {} {}\r\n", status, reasonPhrase(status));
    const auto line = [&](std::string_view name, std::string_view value) {
        head.append(name).append(": ");
        for (const char c : value) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c; // no value makes a line of its own
        head.append("\r\n");
    };
    for (const auto& [name, value] : headers) line(name, value);
    for (const auto& [name, value] : m_extra) line(name, value);
    if (length && !hasNoBody(status)) line("Content-Length", std::to_string(*length));
    else if (m_chunked && !hasNoBody(status)) line("Transfer-Encoding", "chunked");
    line("Date", httpDate());
    line("Server", "Corral");
    line("Connection", m_keepAlive ? "keep-alive" : "close");
    if (m_keepAlive) line("Keep-Alive", std::format("timeout={}", std::chrono::duration_cast<std::chrono::seconds>(m_house.limits.idleTime).count()));
    put(head + "\r\n");
}

void Connection::sendBody(std::string piece)
{
    if (piece.empty() || m_bodyless) return;
    if (!m_chunked) {
        put(std::move(piece));
        return;
    }
    piece.insert(0, std::format("{:x}\r\n", piece.size()));
    piece += "\r\n";
    put(std::move(piece));
}

void Connection::put(std::string bytes)
{
    constexpr std::size_t kSmall = 4 << 10; // bytes: these go out together
    const auto now = Clock::now();
    m_lastPut = now;
    if (m_unsent == 0) m_lastTaken = now;
    m_unsent += bytes.size();
    if (!m_out.empty() && m_out.back().size() < kSmall && bytes.size() < kSmall) m_out.back() += bytes;
    else m_out.push_back(std::move(bytes));
}

void Connection::flush()
{
    if (m_state == State::Closed) return;
    while (!m_out.empty()) {
        const auto [outcome, bytes] = m_descriptor.send(std::string_view(m_out.front()).substr(m_outTaken));
        if (outcome == Descriptor::Outcome::Broken) {
            close(true, false);
            return;
        }
        if (outcome != Descriptor::Outcome::Some) break;
        m_lastTaken = Clock::now();
        m_unsent -= bytes;
        m_served.bytes += bytes;
        m_outTaken += bytes;
        if (m_outTaken == m_out.front().size()) {
            m_out.pop_front();
            m_outTaken = 0;
        }
    }
    m_writer.setEnabled(!m_out.empty());
    if (m_wire) m_wire->setUnsent(m_unsent);
    const Limits& limits = m_house.limits;
    if (!m_streamed || m_unsent <= limits.backlog) m_stalledSince = {};
    else if (m_stalledSince == Clock::time_point()) m_stalledSince = Clock::now();
    constexpr std::size_t kBacklogs = 10;
    if (m_streamed && m_unsent > kBacklogs * limits.backlog) {
        close(true, true);
        return;
    }
    if (m_cut) close(true, true); // half an answer: not its end
    else if (m_state == State::Answering && m_ended && m_out.empty()) answered();
}

// The answer is out.
void Connection::answered()
{
    report(false);
    if (m_wire) m_wire->leave(false);
    m_wire.reset();
    m_headRead = m_headSent = m_chunked = m_streamed = m_bodyless = m_ended = m_cut = false;
    m_ping.clear();
    m_pingAfter = {};
    if (!m_keepAlive) {
        linger();
        return;
    }
    m_state = State::Reading;
    m_since = Clock::now();
    if (!m_inputEnded) m_reader.setEnabled(true);
    // The next request waits for its turn in the event loop: one client's many do not keep the others waiting.
    if (!m_in.empty() || m_inputEnded) QMetaObject::invokeMethod(this, [this] { advance(); }, Qt::QueuedConnection);
}

// A client that has shut down its sending side is answered all the same, but one that has closed the connection looks just like it, until
// something is sent: then its machine refuses it.
void Connection::inputHasEnded()
{
    if (m_state == State::Lingering) {
        close(false, false);
        return;
    }
    if (m_state != State::Answering || !m_wire || !m_out.empty()) return;
    if (m_headSent) {
        if (m_ping.empty()) return; // the next piece shows it
        sendBody(m_ping);
    } else if (m_minorVersion == 1) {
        put(std::string(kContinue)); // which may be said at any time before an answer (RFC 9110 § 15.2)
    }
    flush();
    if (m_state == State::Answering && m_descriptor.broken()) close(true, false);
}

void Connection::linger()
{
    m_state = State::Lingering;
    m_since = Clock::now();
    m_in = {};
    if (m_inputEnded) {
        close(false, false);
        return;
    }
    m_descriptor.endOutput();
    m_reader.setEnabled(true);
}

void Connection::close(bool gone, bool reset)
{
    if (m_state == State::Closed) return;
    const bool answering = m_state == State::Answering;
    m_state = State::Closed;
    m_reader.setEnabled(false);
    m_writer.setEnabled(false);
    if (reset) m_descriptor.reset();
    else m_descriptor.close();
    m_out.clear();
    m_in = {};
    m_claim.reset();
    if (answering) report(gone);
    if (const auto wire = std::exchange(m_wire, nullptr)) wire->leave(gone);
    m_closed(this);
}

void Connection::report(bool gone)
{
    m_served.gone = gone;
    m_served.time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_began);
    if (m_house.onServed) m_house.onServed(m_served);
}

void Connection::tick()
{
    if (m_state == State::Closed) return;
    if (m_state == State::Answering) {
        if (!m_inputEnded && !m_reader.isEnabled() && m_descriptor.inputEnded()) m_inputEnded = true, inputHasEnded();
        else if (!m_reader.isEnabled() && m_descriptor.broken()) close(true, false);
    }
    if (m_state != State::Closed) checkTimes(Clock::now());
}

void Connection::checkTimes(Clock::time_point now)
{
    const Limits& limits = m_house.limits;
    switch (m_state) {
    case State::Reading:
        switch (m_parser.state()) {
        case RequestParser::State::Idle:
            if (now - m_since > (m_fresh ? limits.headTime : limits.idleTime)) close(false, false);
            break;
        case RequestParser::State::Head:
            if (now - m_since > limits.headTime) refuse(408, "the head of the request took too long");
            break;
        default:
            if (now - m_since > limits.bodyGrace + std::chrono::milliseconds(m_parser.bodyBytes() * 1000 / std::max<std::size_t>(limits.bodyRate, 1)))
                refuse(408, "the body of the request took too long");
        }
        break;
    case State::Answering:
        if (m_unsent > 0 && now - m_lastTaken > limits.writeTime) close(true, true);
        else if (m_stalledSince != Clock::time_point() && now - m_stalledSince > limits.stallTime) close(true, true);
        else if (m_headSent && !m_ended && m_unsent == 0 && m_pingAfter.count() > 0 && now - m_lastPut >= m_pingAfter) {
            sendBody(m_ping);
            flush();
        }
        break;
    case State::Lingering:
        if (now - m_since > limits.lingerTime) close(false, false);
        break;
    case State::Closed: break;
    }
}

} // namespace corral::server
