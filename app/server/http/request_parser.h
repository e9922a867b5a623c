#pragma once
// Bytes of a connection → requests, by llhttp (strict) and our limits. No sockets, no clock.
//
//   RequestParser parser(limits);
//   while (!bytes.empty() && parser.state() <= State::Body) bytes.remove_prefix(parser.take(bytes));
//   Complete: takeRequest(), then it reads the next one. Refused: answer refusal() and close.
#include "app/server/http/limits.h"
#include "app/server/http/request.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace corral::server {

struct Refusal {
    int status = 400;
    std::string message;
};

class RequestParser {
public:
    enum class State {
        Idle,     // no byte of a request yet
        Head,
        Body,     // the head is complete and can be looked at
        Complete,
        Refused,
    };

    explicit RequestParser(const Limits& limits);
    ~RequestParser();

    // How many bytes were taken; it stops after a request, whatever follows.
    std::size_t take(std::string_view bytes);
    // The client sends no more.
    void finish();

    State state() const;
    const Request& head() const;      // in State::Body and State::Complete
    bool expectsContinue() const;     // in State::Body
    bool expectsBody() const;         // in State::Body: there is more to read than the head
    std::size_t bodyBytes() const;    // read so far
    bool keepAlive() const;           // what the client wants after the answer; from State::Body on
    const Refusal& refusal() const;
    Request takeRequest();

private:
    struct Machine; // llhttp's state and callbacks
    std::unique_ptr<Machine> m_machine;
};

} // namespace corral::server
