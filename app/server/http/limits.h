#pragma once
// What one client may take of the server before it is told so. Generous to every honest client, and small enough that any number of
// others cost little.
#include <chrono>
#include <cstddef>

namespace corral::server {

struct Limits {
    std::size_t requestLine = 16 << 10; // bytes of the target; 414
    std::size_t head = 64 << 10;        // bytes of request line and headers, trailers too; 431
    std::size_t headers = 200;          // their number; 431
    std::size_t body = 64 << 20;        // bytes; 413, before they are read where the length is announced
    std::size_t allBodies = 512 << 20;  // bytes of all requests that are read or answered at a time; 503
    std::size_t connections = 512;      // at a time; 503

    std::chrono::milliseconds headTime{10'000}; // from the first byte to the empty line; 408. A new connection must begin within it
    std::chrono::milliseconds bodyGrace{10'000}; // before the rate counts; 408
    std::size_t bodyRate = 1 << 10;             // bytes a second a body must come with on average
    std::chrono::milliseconds idleTime{60'000}; // between two requests
    std::chrono::milliseconds lingerTime{2'000}; // a refused request is read on for, unheard, so that the refusal is not lost

    std::chrono::milliseconds writeTime{3'600'000}; // without one byte taken by the client while some wait: it is gone (--timeout)
    std::size_t backlog = 1 << 20;                  // bytes of a streamed answer that may wait; more count as stalled,
    std::chrono::milliseconds stallTime{30'000};    // and a client that stalls for this long is gone. Ten backlogs: at once
};

} // namespace corral::server
