#include "app/server/http/exchange.h"

#include <cassert>

#include <QObject>

namespace corral::server {

bool Wire::change(const std::function<void(Output&)>& change)
{
    std::function<void()> forgotten; // its captures are destroyed without the lock
    const std::scoped_lock lock(m_mutex);
    if (m_gone || !m_connection) return false;
    change(m_output);
    if (m_output.ended) forgotten.swap(m_onGone);
    if (!m_deliveryPosted) {
        m_deliveryPosted = true;
        QMetaObject::invokeMethod(m_connection, m_deliver, Qt::QueuedConnection);
    }
    return true;
}

bool Wire::gone() const
{
    const std::scoped_lock lock(m_mutex);
    return m_gone;
}

void Wire::onGone(std::function<void()> call)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_output.ended) return;
        if (!m_gone) {
            std::swap(m_onGone, call);
            return;
        }
    }
    call();
}

std::size_t Wire::waiting() const
{
    const std::scoped_lock lock(m_mutex);
    std::size_t bytes = m_unsent;
    for (const std::string& piece : m_output.pieces) bytes += piece.size();
    return bytes;
}

void Wire::look(const std::function<void(Output&)>& look)
{
    const std::scoped_lock lock(m_mutex);
    m_deliveryPosted = false;
    look(m_output);
}

void Wire::setUnsent(std::size_t bytes)
{
    const std::scoped_lock lock(m_mutex);
    m_unsent = bytes;
}

void Wire::leave(bool gone)
{
    std::function<void()> call;
    {
        const std::scoped_lock lock(m_mutex);
        m_connection = nullptr;
        if (!gone || m_gone) return;
        m_gone = true;
        m_unsent = 0;
        m_output.pieces.clear();
        std::swap(call, m_onGone);
    }
    if (call) call();
}

Exchange::Exchange(Request request, std::shared_ptr<Wire> wire, std::shared_ptr<void> claim)
    : m_request(std::move(request)), m_wire(std::move(wire)), m_claim(std::move(claim))
{
}

Exchange::~Exchange()
{
    m_wire->change([](Wire::Output& output) { output.abandoned = !output.ended; });
}

void Exchange::respond(int status, Headers headers, std::string body)
{
    m_wire->change([&](Wire::Output& output) {
        assert(!output.begun && "a request is answered once");
        if (output.begun) return;
        output.begun = output.complete = output.ended = true;
        output.status = status;
        output.headers = std::move(headers);
        output.pieces.push_back(std::move(body));
    });
}

void Exchange::begin(int status, Headers headers)
{
    m_wire->change([&](Wire::Output& output) {
        assert(!output.begun && "a request is answered once");
        if (output.begun) return;
        output.begun = true;
        output.status = status;
        output.headers = std::move(headers);
    });
}

bool Exchange::write(std::string_view piece)
{
    return m_wire->change([&](Wire::Output& output) {
        assert(output.begun && !output.ended && "begin(), write()…, end()");
        if (output.begun && !output.ended && !piece.empty()) output.pieces.emplace_back(piece);
    });
}

void Exchange::end()
{
    m_wire->change([&](Wire::Output& output) {
        assert(output.begun && "begin(), write()…, end()");
        output.ended = output.begun;
    });
}

void Exchange::pingWith(std::string text, std::chrono::milliseconds silence)
{
    m_wire->change([&](Wire::Output& output) {
        output.ping = std::move(text);
        output.pingAfter = silence;
    });
}

} // namespace corral::server
