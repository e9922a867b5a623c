#include "tests/app/server/http/client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cctype>
#include <cstring>
#include <format>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace corral::test {

Client::Client(std::uint16_t port) : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

Client::Client(const std::string& socketPath) : m_socket(::socket(AF_UNIX, SOCK_STREAM, 0))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socketPath.c_str(), sizeof address.sun_path - 1);
    if (::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

bool Client::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void Client::endSending() { ::shutdown(m_socket, SHUT_WR); }

void Client::close()
{
    if (m_socket >= 0) ::close(m_socket);
    m_socket = -1;
}

void Client::reset()
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

void Client::smallReceiveBuffer()
{
    const int bytes = 4096;
    ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

Client::Came Client::more(std::chrono::milliseconds most)
{
    pollfd one{.fd = m_socket, .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(most.count(), 0))) <= 0) return Came::Nothing;
    std::array<char, 65536> buffer;
    const auto count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) return Came::End;
    m_unread.append(buffer.data(), static_cast<std::size_t>(count));
    return Came::Bytes;
}

std::string Client::receive(std::string_view until, std::chrono::milliseconds most)
{
    const auto end = std::chrono::steady_clock::now() + most;
    for (;;) {
        if (const auto at = until.empty() ? std::string::npos : m_unread.find(until); at != std::string::npos) {
            std::string found = m_unread.substr(0, at + until.size());
            m_unread.erase(0, at + until.size());
            return found;
        }
        if (more(std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())) != Came::Bytes) return std::exchange(m_unread, {});
    }
}

bool Client::closedByServer(std::chrono::milliseconds within)
{
    const auto end = std::chrono::steady_clock::now() + within;
    for (;;) {
        const auto came = more(std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()));
        if (came != Came::Bytes) return came == Came::End;
        m_unread.clear();
    }
}

HttpReply Client::reply(bool head)
{
    HttpReply reply;
    for (;;) {
        std::string text = receive("\r\n\r\n");
        if (!text.ends_with("\r\n\r\n")) return reply;
        reply.headers.clear();
        std::size_t line = text.find("\r\n");
        if (text.size() < 13) return reply;
        reply.version = text.substr(0, 8);
        std::from_chars(text.data() + 9, text.data() + 12, reply.status);
        for (std::size_t at = line + 2; (line = text.find("\r\n", at)) > at; at = line + 2) {
            const auto colon = text.find(": ", at);
            std::string name = text.substr(at, colon - at);
            for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            reply.headers[name] = text.substr(colon + 2, line - colon - 2);
        }
        if (reply.status >= 200) break;
        ++reply.interim;
    }
    const auto take = [&](std::size_t size) {
        while (m_unread.size() < size)
            if (more(std::chrono::seconds(20)) != Came::Bytes) return false;
        reply.body += m_unread.substr(0, size);
        m_unread.erase(0, size);
        return true;
    };
    if (head || reply.status == 204 || reply.status == 304) {
        reply.whole = true;
    } else if (reply.headers.contains("transfer-encoding")) {
        for (;;) {
            const std::string line = receive("\r\n");
            std::size_t size = 0;
            if (!line.ends_with("\r\n") || std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc()) return reply;
            if (!take(size) || receive("\r\n") != "\r\n") return reply;
            if (size == 0) break;
        }
        reply.whole = true;
    } else if (const auto length = reply.headers.find("content-length"); length != reply.headers.end()) {
        reply.whole = take(std::stoul(length->second));
    } else {
        reply.body = receiveAll();
        reply.whole = true;
    }
    return reply;
}

std::string post(std::string_view path, std::string_view body, std::string_view moreHeaders)
{
    return std::format("POST {} HTTP/1.1\r\nHost: localhost\r\n{}Content-Length: {}\r\n\r\n{}", path, moreHeaders, body.size(), body);
}

std::string get(std::string_view path, std::string_view moreHeaders) { return std::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, moreHeaders); }

} // namespace corral::test
