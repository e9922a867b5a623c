#pragma once
// The way back to one client, as the endpoints see it. Every member may be called from any thread, in order.
#include <cstdint>
#include <functional>
#include <string>

namespace corral::server {

class Reply {
public:
    virtual ~Reply() = default;

    // A whole answer. Nothing may follow.
    virtual void send(int status, std::string body, const char* contentType = "application/json; charset=utf-8") = 0;
    // Or a stream of server-sent events: begin, any number of pieces, end. A comment line goes out after `pingSeconds` of silence; below 1: never.
    virtual void beginEvents(int pingSeconds) = 0;
    virtual void write(std::string piece) = 0;
    virtual void end() = 0;

    // Called once if the client goes away before the answer is complete; at once if it has gone already.
    virtual void onGone(std::function<void()> gone) = 0;

    // A task of the service works on the answer: for whoever shows what the server is doing.
    virtual void workedOnBy(std::uint64_t) {}
};

} // namespace corral::server
