#pragma once
// `corral server` as a process of its own, so that its memory and its end can be looked at.
#include "tests/support/golden.h"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace corral::test {

class ServerProcess {
public:
    // At a free port of this machine; returns when it serves. The environment is the test's.
    explicit ServerProcess(std::vector<std::string> arguments);
    ~ServerProcess(); // stop()
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    bool serves() const { return m_port != 0; }
    std::uint16_t port() const { return m_port; }
    double residentBytes() const; // 0: it has ended
    double ownBytes() const;      // of that: not of files
    std::string said() const;     // all its lines
    int stop();                   // as Ctrl-C; its exit status, 128 + n when killed by signal n

private:
    double pages(int column) const;

    TempDir m_dir;
    pid_t m_process = -1;
    std::uint16_t m_port = 0;
};

} // namespace corral::test
