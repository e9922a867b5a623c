#include "app/server/http/descriptor.h"

#include <cerrno>
#include <format>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace corral::server {

namespace {

void setOption(int descriptor, int level, int name, int value) { ::setsockopt(descriptor, level, name, &value, sizeof value); }

short pollNow(int descriptor, short events)
{
    pollfd one{.fd = descriptor, .events = events, .revents = 0};
    return ::poll(&one, 1, 0) > 0 ? one.revents : short(0);
}

Descriptor::Outcome outcomeOfError()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Descriptor::Outcome::Later : Descriptor::Outcome::Broken;
}

} // namespace

Descriptor::Descriptor(int descriptor) : m_descriptor(descriptor)
{
    ::fcntl(m_descriptor, F_SETFL, ::fcntl(m_descriptor, F_GETFL) | O_NONBLOCK);
    ::fcntl(m_descriptor, F_SETFD, FD_CLOEXEC);
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(m_descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0 || address.ss_family == AF_UNIX) return;
    setOption(m_descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(m_descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE // seconds; a machine that has vanished is noticed after a minute
    setOption(m_descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 30);
    setOption(m_descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 10);
    setOption(m_descriptor, IPPROTO_TCP, TCP_KEEPCNT, 3);
#endif
#ifdef SO_NOSIGPIPE
    setOption(m_descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
}

Descriptor::Moved Descriptor::receive(std::span<char> into)
{
    const auto count = ::recv(m_descriptor, into.data(), into.size(), 0);
    if (count > 0) return {Outcome::Some, static_cast<std::size_t>(count)};
    return {count == 0 ? Outcome::End : outcomeOfError()};
}

Descriptor::Moved Descriptor::send(std::string_view bytes)
{
#ifdef MSG_NOSIGNAL
    constexpr int kFlags = MSG_NOSIGNAL;
#else
    constexpr int kFlags = 0;
#endif
    const auto count = ::send(m_descriptor, bytes.data(), bytes.size(), kFlags);
    if (count > 0) return {Outcome::Some, static_cast<std::size_t>(count)};
    return {outcomeOfError()};
}

bool Descriptor::broken() const { return pollNow(m_descriptor, 0) & (POLLERR | POLLHUP | POLLNVAL); }

bool Descriptor::inputEnded() const
{
#ifdef POLLRDHUP
    return pollNow(m_descriptor, POLLRDHUP) & POLLRDHUP;
#else
    return false; // seen when it is read
#endif
}

void Descriptor::endOutput() { ::shutdown(m_descriptor, SHUT_WR); }

void Descriptor::close()
{
    if (m_descriptor >= 0) ::close(m_descriptor);
    m_descriptor = -1;
}

void Descriptor::reset()
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

std::string Descriptor::peer() const
{
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::getpeername(m_descriptor, generic, &length) != 0) return {};
    if (address.ss_family == AF_UNIX) return "unix";
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (::getnameinfo(generic, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) return {};
    return address.ss_family == AF_INET6 ? std::format("[{}]:{}", host, port) : std::format("{}:{}", host, port);
}

} // namespace corral::server
