#include "core/hub/http_answer.h"

#include <QNetworkReply>
#include <QRegularExpression>

namespace corral::hub {

static QByteArray normalized(QByteArray etag)
{
    etag = etag.trimmed();
    if (etag.startsWith("W/")) etag.remove(0, 2);
    if (etag.size() >= 2 && etag.startsWith('"') && etag.endsWith('"')) etag = etag.sliced(1, etag.size() - 2);
    return etag;
}

static qint64 numberOf(const QByteArray& text)
{
    bool ok = false;
    const qint64 number = text.trimmed().toLongLong(&ok);
    return ok && number >= 0 ? number : -1;
}

HttpAnswer answerOf(const QNetworkReply& reply)
{
    HttpAnswer answer;
    answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.etag = normalized(reply.rawHeader("ETag"));
    const QByteArray coding = reply.rawHeader("Content-Encoding").trimmed().toLower();
    answer.packed = !coding.isEmpty() && coding != "identity";
    answer.retryAfter = int(qBound(qint64(0), numberOf(reply.rawHeader("Retry-After")), qint64(3600)));
    answer.linkedSize = numberOf(reply.rawHeader("X-Linked-Size"));
    static const QRegularExpression sha256(QStringLiteral("^[0-9a-f]{64}$"));
    const QByteArray linked = normalized(reply.rawHeader("X-Linked-Etag")).toLower();
    if (sha256.match(QString::fromLatin1(linked)).hasMatch()) answer.linkedSha256 = linked;
    if (const QByteArray location = reply.rawHeader("Location"); !location.isEmpty()) answer.location = reply.url().resolved(QUrl::fromEncoded(location));
    static const QRegularExpression range(QStringLiteral("^bytes +(?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)$"));
    if (const auto match = range.match(QString::fromLatin1(reply.rawHeader("Content-Range").trimmed())); match.hasMatch()) {
        if (!match.captured(1).isEmpty()) answer.range = ByteRange{match.captured(1).toLongLong(), match.captured(2).toLongLong() + 1};
        answer.total = numberOf(match.captured(3).toLatin1());
    } else if (answer.status == 200) {
        answer.total = numberOf(reply.rawHeader("Content-Length"));
    }
    return answer;
}

DownloadFailure failureOf(const QNetworkReply& reply, const HttpAnswer& answer)
{
    DownloadFailure failure{.status = answer.status, .host = reply.url().host()};
    switch (answer.status) {
    case 0: break;
    case 200:
    case 206: break;
    case 401: failure.fault = DownloadFault::TokenNeeded; return failure;
    case 403: failure.fault = DownloadFault::Forbidden; return failure;
    case 404:
    case 410: failure.fault = DownloadFault::Missing; return failure;
    case 408:
    case 425:
    case 429: failure.fault = DownloadFault::Busy; return failure;
    default:
        failure.fault = answer.status >= 500 ? DownloadFault::Busy : DownloadFault::Refused;
        return failure;
    }
    switch (reply.error()) {
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::UnknownNetworkError:
    case QNetworkReply::TemporaryNetworkFailureError: failure.fault = DownloadFault::Unreachable; break;
    case QNetworkReply::NoError:
        failure.fault = DownloadFault::Interrupted;
        failure.detail = QStringLiteral("it sent less than it announced");
        break;
    default:
        failure.fault = DownloadFault::Interrupted;
        failure.detail = reply.errorString();
    }
    return failure;
}

bool passes(const DownloadFailure& failure)
{
    switch (failure.fault) {
    case DownloadFault::Unreachable:
    case DownloadFault::Interrupted:
    case DownloadFault::Stalled:
    case DownloadFault::Busy:
    case DownloadFault::WrongAnswer:
    case DownloadFault::Changed: return true;
    default: return false;
    }
}

} // namespace corral::hub
