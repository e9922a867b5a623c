#include "core/hub/fetch.h"

#include <QTimer>

namespace corral::hub {

namespace {

constexpr int kMostRedirects = 10;
constexpr qint64 kReadBuffer = 1 << 20; // bytes the network may be ahead

std::string nameOf(const QUrl& url) { return url.host().toStdString(); }

class Fetch : public QObject {
public:
    Fetch(QNetworkAccessManager& network, FetchOrder order, QObject* owner, std::function<void(Result<Fetched>)> then)
        : QObject(owner), m_network(network), m_order(std::move(order)), m_then(std::move(then))
    {
        m_longest.setSingleShot(true);
        connect(&m_longest, &QTimer::timeout, this, [this] { end(fail(ErrorCode::Network, "{} takes too long to answer", nameOf(m_order.request.url()))); });
        m_longest.start(m_order.longest);
    }
    ~Fetch() override { drop(); }

    void send()
    {
        QNetworkRequest request = m_order.request;
        request.setTransferTimeout(m_order.patience);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        m_answer.body.clear();
        m_reply = m_network.sendCustomRequest(request, m_order.method, m_order.body);
        m_reply->setReadBufferSize(kReadBuffer);
        connect(m_reply, &QNetworkReply::readyRead, this, &Fetch::take);
        connect(m_reply, &QNetworkReply::finished, this, &Fetch::finished);
    }

private:
    bool isRedirect() const
    {
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        constexpr int kFirst = 300, kNotModified = 304, kAfter = 400;
        return status >= kFirst && status < kAfter && status != kNotModified && m_reply->hasRawHeader("Location");
    }

    void take()
    {
        if (!m_reply->isOpen()) return; // it failed before a byte came
        if (isRedirect()) {
            m_reply->readAll(); // nobody reads the page that says so
            return;
        }
        m_answer.body += m_reply->read(m_order.most + 1 - m_answer.body.size());
        if (m_answer.body.size() <= m_order.most) return;
        if (!m_order.cutAtMost) return end(fail(ErrorCode::Network, "the answer of {} is larger than {} bytes", nameOf(m_reply->url()), m_order.most));
        m_answer.body.truncate(m_order.most);
        succeed();
    }

    void finished()
    {
        take();
        if (!m_reply) return; // over
        if (isRedirect()) return redirect();
        // What HTTP has a status for is an answer; one that was cut off is none.
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const auto error = m_reply->error();
        const bool said = status >= 400 && error >= QNetworkReply::ContentAccessDenied;
        if (status == 0 || (error != QNetworkReply::NoError && !said)) return end(failure(error));
        succeed();
    }

    std::unexpected<Error> failure(QNetworkReply::NetworkError error) const
    {
        const std::string host = nameOf(m_reply->url());
        switch (error) {
        case QNetworkReply::HostNotFoundError: return fail(ErrorCode::Network, "{} cannot be found", host);
        case QNetworkReply::ConnectionRefusedError: return fail(ErrorCode::Network, "{} refuses the connection", host);
        case QNetworkReply::OperationCanceledError: // by the time limit: nobody else aborts a reply that is still heard
        case QNetworkReply::TimeoutError: return fail(ErrorCode::Network, "{} does not answer", host);
        case QNetworkReply::RemoteHostClosedError: return fail(ErrorCode::Network, "{} broke the connection off", host);
        case QNetworkReply::SslHandshakeFailedError: return fail(ErrorCode::Network, "the connection to {} is not safe: {}", host, m_reply->errorString().toStdString());
        default: return fail(ErrorCode::Network, "{}: {}", host, m_reply->errorString().toStdString());
        }
    }

    void redirect()
    {
        const QUrl from = m_reply->url(), to = from.resolved(QUrl::fromEncoded(m_reply->rawHeader("Location"), QUrl::StrictMode));
        drop();
        if (++m_redirects > kMostRedirects) return end(fail(ErrorCode::Network, "{} sends from one address to the next without end", nameOf(m_order.request.url())));
        auto request = redirected(m_order.request, from, to);
        if (!request) return end(std::unexpected(request.error()));
        if (!sameOrigin(from, to)) m_answer.credentials = false;
        m_order.request = *request;
        send();
    }

    void succeed()
    {
        m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        m_answer.headers = m_reply->rawHeaderPairs();
        m_answer.url = m_reply->url();
        end(std::move(m_answer));
    }

    void end(Result<Fetched> answer)
    {
        drop();
        m_longest.stop();
        const auto then = std::exchange(m_then, {});
        deleteLater();
        if (then) then(std::move(answer));
    }

    void drop()
    {
        if (!m_reply) return;
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }

    QNetworkAccessManager& m_network;
    FetchOrder m_order;
    std::function<void(Result<Fetched>)> m_then;
    QNetworkReply* m_reply = nullptr;
    Fetched m_answer;
    QTimer m_longest;
    int m_redirects = 0;
};

} // namespace

QByteArray Fetched::header(const QByteArray& name) const
{
    for (const auto& [key, value] : headers)
        if (key.compare(name, Qt::CaseInsensitive) == 0) return value;
    return {};
}

QObject* startFetch(QNetworkAccessManager& network, FetchOrder order, QObject* owner, std::function<void(Result<Fetched>)> then)
{
    auto* fetch = new Fetch(network, std::move(order), owner, std::move(then));
    fetch->send();
    return fetch;
}

bool sameOrigin(const QUrl& a, const QUrl& b)
{
    const auto port = [](const QUrl& url) { return url.port(url.scheme() == u"https" ? 443 : 80); };
    return a.scheme() == b.scheme() && a.host() == b.host() && port(a) == port(b);
}

Result<QNetworkRequest> redirected(const QNetworkRequest& request, const QUrl& from, const QUrl& to)
{
    if (!to.isValid() || to.host().isEmpty() || (to.scheme() != u"https" && to.scheme() != u"http"))
        return fail(ErrorCode::Network, "{} sends to an address that is none", nameOf(from));
    if (from.scheme() == u"https" && to.scheme() == u"http")
        return fail(ErrorCode::Network, "{} sends from a safe connection to an unsafe one ({})", nameOf(from), nameOf(to));
    QNetworkRequest next = request;
    next.setUrl(to);
    if (!sameOrigin(from, to))
        for (const char* header : {"Authorization", "Cookie"}) next.setRawHeader(header, QByteArray()); // a null value takes it out
    return next;
}

} // namespace corral::hub
