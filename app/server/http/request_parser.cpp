#include "app/server/http/request_parser.h"

#include <algorithm>
#include <cassert>
#include <format>
#include <llhttp.h>

namespace corral::server {

namespace {

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

constexpr std::string_view kSpoken = "only HTTP/1.0 and HTTP/1.1 are spoken here";

bool isTokenCharacter(char c) // RFC 9110 § 5.6.2
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

} // namespace

struct RequestParser::Machine {
    explicit Machine(const Limits& limits) : m_limits(limits)
    {
        llhttp_init(&m_parser, HTTP_REQUEST, &settings());
        m_parser.data = this;
    }

    std::size_t take(std::string_view bytes);
    void finish();
    Request takeRequest();

    const Limits m_limits;
    llhttp_t m_parser;
    State m_state = State::Idle;
    Request m_request;
    Refusal m_refusal;
    bool m_keepAlive = false, m_expectsContinue = false, m_expectsBody = false;

private:
    static const llhttp_settings_t& settings();
    static Machine& of(llhttp_t* parser) { return *static_cast<Machine*>(parser->data); }

    // From inside a callback: stops the parser.
    int refuse(int status, std::string message)
    {
        m_state = State::Refused;
        m_refusal = {status, std::move(message)};
        return HPE_USER;
    }
    int onTarget(std::string_view piece)
    {
        m_target += piece;
        return m_target.size() > m_limits.requestLine ? refuse(414, std::format("the address is longer than {} bytes", m_limits.requestLine)) : 0;
    }
    // Trailers and extensions of chunks count as headers that come late.
    int onAside(std::size_t size)
    {
        if (m_state != State::Body) return 0; // take() counts
        m_headBytes += size;
        return m_headBytes > m_limits.head ? refuse(431, headTooLarge()) : 0;
    }
    std::string headTooLarge() const { return std::format("the headers are larger than {} bytes", m_limits.head); }
    bool spoken() const { return m_parser.http_major == 1 && m_parser.http_minor <= 1; }
    int onMethod();
    int onHeader();
    int onHead();
    int onBody(std::string_view piece);
    void explain(llhttp_errno_t error, std::string_view bytes);

    std::string m_target, m_name, m_value;
    std::size_t m_headBytes = 0;
};

const llhttp_settings_t& RequestParser::Machine::settings()
{
    static const llhttp_settings_t table = [] {
        llhttp_settings_t s;
        llhttp_settings_init(&s);
        s.on_message_begin = [](llhttp_t* p) {
            of(p).m_state = State::Head;
            return 0;
        };
        s.on_url = [](llhttp_t* p, const char* at, std::size_t size) { return of(p).onTarget({at, size}); };
        s.on_method_complete = [](llhttp_t* p) { return of(p).onMethod(); };
        s.on_header_field = [](llhttp_t* p, const char* at, std::size_t size) {
            of(p).m_name.append(at, size);
            return of(p).onAside(size);
        };
        s.on_header_value = [](llhttp_t* p, const char* at, std::size_t size) {
            of(p).m_value.append(at, size);
            return of(p).onAside(size);
        };
        s.on_chunk_extension_name = [](llhttp_t* p, const char*, std::size_t size) { return of(p).onAside(size); };
        s.on_chunk_extension_value = [](llhttp_t* p, const char*, std::size_t size) { return of(p).onAside(size); };
        s.on_header_value_complete = [](llhttp_t* p) { return of(p).onHeader(); };
        s.on_headers_complete = [](llhttp_t* p) { return of(p).onHead(); };
        s.on_body = [](llhttp_t* p, const char* at, std::size_t size) { return of(p).onBody({at, size}); };
        s.on_message_complete = [](llhttp_t* p) -> int {
            of(p).m_state = State::Complete;
            return HPE_PAUSED;
        };
        return s;
    }();
    return table;
}

int RequestParser::Machine::onMethod()
{
    const std::string_view method = llhttp_method_name(static_cast<llhttp_method_t>(m_parser.method));
    if (!std::ranges::contains(kMethods, method)) return refuse(501, std::format("the method {} is not supported", method));
    m_request.method = method;
    return 0;
}

int RequestParser::Machine::onHeader()
{
    const bool trailer = m_state == State::Body; // of a chunked body; nobody asks for them
    if (!trailer) {
        if (m_request.headers.size() == m_limits.headers) return refuse(431, std::format("more than {} headers", m_limits.headers));
        m_request.headers.add(std::move(m_name), std::string(trimmed(m_value)));
    }
    m_name.clear();
    m_value.clear();
    return 0;
}

int RequestParser::Machine::onHead()
{
    const Headers& headers = m_request.headers;
    if (!spoken()) return refuse(505, std::string(kSpoken));
    m_request.minorVersion = m_parser.http_minor;
    m_parser.upgrade = 0; // an upgrade is an offer; it is not taken
    auto target = parseTarget(m_target);
    if (!target) return refuse(400, target.error().message);
    m_request.path = std::move(target->path);
    m_request.query = std::move(target->query);
    if (m_request.path == "*" && m_request.method != "OPTIONS") return refuse(400, "the address * is for OPTIONS only");
    if (headers.count("Host") > 1) return refuse(400, "more than one Host header");

    if (headers.contains("Transfer-Encoding")) {
        if (m_request.minorVersion == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
        if (headers.count("Transfer-Encoding") > 1 || !equalIgnoringCase(headers.value("Transfer-Encoding"), "chunked"))
            return refuse(501, "only the transfer encoding \"chunked\" is supported");
    }
    const bool chunked = m_parser.flags & F_CHUNKED;
    m_expectsBody = chunked || m_parser.content_length > 0;
    if (m_parser.content_length > m_limits.body && !chunked)
        return refuse(413, std::format("the body of {} bytes is larger than {}", m_parser.content_length, m_limits.body));
    if (const auto encoding = headers.value("Content-Encoding"); m_expectsBody && !encoding.empty() && !equalIgnoringCase(encoding, "identity"))
        return refuse(415, "compressed bodies are not supported");
    if (const auto expect = headers.value("Expect"); !expect.empty()) {
        if (!equalIgnoringCase(expect, "100-continue")) return refuse(417, "the only expectation that is met is 100-continue");
        m_expectsContinue = m_expectsBody && m_request.minorVersion == 1;
    }
    m_keepAlive = llhttp_should_keep_alive(&m_parser);
    m_headBytes = 0; // from here on: what is beside the body
    m_state = State::Body;
    return 0;
}

int RequestParser::Machine::onBody(std::string_view piece)
{
    if (m_request.body.size() + piece.size() > m_limits.body) return refuse(413, std::format("the body is larger than {} bytes", m_limits.body));
    m_request.body += piece;
    return 0;
}

std::size_t RequestParser::Machine::take(std::string_view bytes)
{
    assert(m_state <= State::Body);
    // A head is handed on in pieces that end where the limit is passed: until then it is not known how long it is.
    const std::size_t all = bytes.size();
    if (m_state != State::Body) bytes = bytes.substr(0, m_limits.head + 1 - m_headBytes);
    const llhttp_errno_t error = llhttp_execute(&m_parser, bytes.data(), bytes.size());
    std::size_t taken = bytes.size();
    if (error == HPE_PAUSED) {
        taken = static_cast<std::size_t>(llhttp_get_error_pos(&m_parser) - bytes.data());
        llhttp_resume(&m_parser);
    } else if (error != HPE_OK && m_state != State::Refused) {
        explain(error, bytes);
    }
    if (m_state == State::Refused) return all; // what follows is nobody's
    if (m_state == State::Idle || m_state == State::Head) m_headBytes += taken;
    if (m_headBytes > m_limits.head) refuse(431, headTooLarge());
    return taken;
}

// The parser's error as an answer.
void RequestParser::Machine::explain(llhttp_errno_t error, std::string_view bytes)
{
    const char* at = llhttp_get_error_pos(&m_parser);
    const bool inside = at && at >= bytes.data() && at < bytes.data() + bytes.size();
    switch (error) {
    case HPE_INVALID_METHOD:
        if (inside && isTokenCharacter(*at)) refuse(501, "the method is not supported");
        else refuse(400, "this is no HTTP request");
        return;
    case HPE_INVALID_VERSION:
        if (spoken()) break; // what follows the version is wrong
        [[fallthrough]];
    case HPE_PAUSED_H2_UPGRADE: refuse(505, std::string(kSpoken)); return;
    default: break;
    }
    const char* reason = llhttp_get_error_reason(&m_parser);
    refuse(400, std::format("the request is malformed: {}", reason && *reason ? reason : llhttp_errno_name(error)));
}

void RequestParser::Machine::finish()
{
    if (m_state == State::Head || m_state == State::Body) refuse(400, "the request ends in the middle");
}

Request RequestParser::Machine::takeRequest()
{
    assert(m_state == State::Complete);
    Request request = std::move(m_request);
    m_request = {};
    m_target.clear();
    m_headBytes = 0;
    m_keepAlive = m_expectsContinue = m_expectsBody = false;
    m_state = State::Idle;
    return request;
}

RequestParser::RequestParser(const Limits& limits) : m_machine(std::make_unique<Machine>(limits)) {}
RequestParser::~RequestParser() = default;
std::size_t RequestParser::take(std::string_view bytes) { return m_machine->take(bytes); }
void RequestParser::finish() { m_machine->finish(); }
RequestParser::State RequestParser::state() const { return m_machine->m_state; }
const Request& RequestParser::head() const { return m_machine->m_request; }
bool RequestParser::expectsContinue() const { return m_machine->m_expectsContinue; }
bool RequestParser::expectsBody() const { return m_machine->m_expectsBody; }
std::size_t RequestParser::bodyBytes() const { return m_machine->m_request.body.size(); }
bool RequestParser::keepAlive() const { return m_machine->m_keepAlive; }
const Refusal& RequestParser::refusal() const { return m_machine->m_refusal; }
Request RequestParser::takeRequest() { return m_machine->takeRequest(); }

} // namespace corral::server
