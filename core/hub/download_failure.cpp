#include "core/hub/download_failure.h"

namespace corral::hub {

static QString megabytes(qint64 bytes)
{
    constexpr qint64 kMega = 1'000'000;
    return QString::number((bytes + kMega - 1) / kMega) + QStringLiteral(" MB");
}

QString DownloadFailure::sentence() const
{
    switch (fault) {
    case DownloadFault::None: return {};
    case DownloadFault::Unreachable: return QStringLiteral("%1 cannot be reached").arg(host);
    case DownloadFault::Interrupted: return QStringLiteral("the connection to %1 broke: %2").arg(host, detail);
    case DownloadFault::Stalled: return QStringLiteral("%1 has stopped sending").arg(host);
    case DownloadFault::Busy: return QStringLiteral("%1 is busy (it answered %2)").arg(host).arg(status);
    case DownloadFault::TokenNeeded: return QStringLiteral("%1 wants an access token (it answered 401)").arg(host);
    case DownloadFault::Forbidden: return QStringLiteral("%1 does not give access (it answered 403); perhaps its terms must be accepted on its page first").arg(host);
    case DownloadFault::Missing: return QStringLiteral("%1 does not have the file (it answered %2)").arg(host).arg(status);
    case DownloadFault::Refused: return QStringLiteral("%1 answered %2").arg(host).arg(status);
    case DownloadFault::WrongAnswer: return QStringLiteral("%1 gave a wrong answer: %2").arg(host, detail);
    case DownloadFault::Changed: return QStringLiteral("the file on %1 changes while it is fetched").arg(host);
    case DownloadFault::Insecure: return QStringLiteral("%1 leads away from a secure connection; that is not followed").arg(host);
    case DownloadFault::TooManyRedirects: return QStringLiteral("%1 leads in a circle").arg(host);
    case DownloadFault::NoSpace: return QStringLiteral("the disk has %1 free, %2 are needed").arg(megabytes(free), megabytes(needed));
    case DownloadFault::Disk: return QStringLiteral("writing failed: %1").arg(detail);
    case DownloadFault::Locked: return QStringLiteral("another program is fetching %1").arg(detail);
    case DownloadFault::Occupied: return QStringLiteral("%1 is there already and is another file").arg(detail);
    case DownloadFault::WrongSum: return QStringLiteral("what %1 sent does not have the announced checksum; it was deleted").arg(host);
    }
    return {};
}

} // namespace corral::hub
