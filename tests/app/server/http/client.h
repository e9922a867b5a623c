#pragma once
// A client that may be as rude as it likes: a blocking socket, bytes as they are.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace corral::test {

struct HttpReply {
    int status = 0;
    std::string version;
    std::map<std::string, std::string> headers; // names in lower case
    std::string body;                           // out of its chunks
    bool whole = false;                         // false: the connection ended before it
    int interim = 0;                            // 1xx before it
};

class Client {
public:
    explicit Client(std::uint16_t port);
    explicit Client(const std::string& socketPath);
    ~Client() { close(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool send(std::string_view bytes); // false: refused
    void endSending();
    void close(); // as a program that ends
    void reset(); // as one that is killed with something unread
    void smallReceiveBuffer();

    // What comes until `until` has come, the server closes, or time is up.
    std::string receive(std::string_view until, std::chrono::milliseconds most = std::chrono::seconds(20));
    std::string receiveAll(std::chrono::milliseconds most = std::chrono::seconds(20)) { return receive({}, most); }
    bool closedByServer(std::chrono::milliseconds within); // everything unread is thrown away
    HttpReply reply(bool head = false);
    HttpReply ask(std::string_view request) { return send(request), reply(); }

private:
    enum class Came { Bytes, End, Nothing };
    Came more(std::chrono::milliseconds most);

    int m_socket = -1;
    std::string m_unread;
};

// "POST /x HTTP/1.1" with Host, Content-Length and the body.
std::string post(std::string_view path, std::string_view body, std::string_view moreHeaders = {});
std::string get(std::string_view path, std::string_view moreHeaders = {});

} // namespace corral::test
