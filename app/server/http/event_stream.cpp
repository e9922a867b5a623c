#include "app/server/http/event_stream.h"

namespace corral::server {

EventStream::EventStream(std::shared_ptr<Exchange> exchange, std::chrono::milliseconds ping, const Headers& more) : m_exchange(std::move(exchange))
{
    // X-Accel-Buffering: nginx hands each event on at once.
    Headers headers{{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
    headers.add(more);
    m_exchange->pingWith(":\n\n", ping);
    m_exchange->begin(200, std::move(headers));
}

bool EventStream::event(std::string_view name, std::string_view text)
{
    std::string frame;
    frame.reserve(text.size() + name.size() + 24);
    if (!name.empty()) frame.append("event: ").append(name).append("\n");
    for (;;) { // a line ends with \n, \r or both
        const auto end = text.find_first_of("\r\n");
        frame.append("data: ").append(text.substr(0, end)).append("\n");
        if (end == std::string_view::npos) break;
        text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    return m_exchange->write(frame.append("\n"));
}

} // namespace corral::server
