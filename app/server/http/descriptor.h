#pragma once
// An accepted connection's descriptor: what Qt's sockets do not tell. They take a client that has shut down only its sending side for one
// that has gone, and stop looking while their buffer is full.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace corral::server {

class Descriptor {
public:
    explicit Descriptor(int descriptor); // non-blocking from here on; without delay and with keep-alive probes if it is TCP
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    enum class Outcome { Some, Later, End, Broken };
    struct Moved {
        Outcome outcome;
        std::size_t bytes = 0; // > 0 with Some
    };
    Moved receive(std::span<char> into); // End: the client sends no more
    Moved send(std::string_view bytes);

    bool broken() const;     // reset, or closed by both sides: nobody is there
    bool inputEnded() const; // the client sends no more, though something may be unread
    void endOutput();        // the client sees the end
    void close();
    void reset();            // closes so that the client sees an error and no end
    int number() const { return m_descriptor; } // -1: closed
    std::string peer() const;

private:
    int m_descriptor;
};

} // namespace corral::server
