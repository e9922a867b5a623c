#include "app/downloads/download_words.h"

#include "app/quantizing/pace_words.h"
#include "app/text/sentences.h"

#include <QCoreApplication>

namespace corral::app {

namespace {
class DownloadWords {
    Q_DECLARE_TR_FUNCTIONS(DownloadWords)
};
} // namespace

QString wordsFor(const hub::DownloadFailure& failure)
{
    using hub::DownloadFault;
    const QString& host = failure.host;
    switch (failure.fault) {
    case DownloadFault::None: return {};
    case DownloadFault::Unreachable: return DownloadWords::tr("There is no connection to %1.").arg(host);
    case DownloadFault::Interrupted: return DownloadWords::tr("The connection to %1 broke. What has arrived is kept.").arg(host);
    case DownloadFault::Stalled: return DownloadWords::tr("%1 has stopped sending. What has arrived is kept.").arg(host);
    case DownloadFault::Busy: return DownloadWords::tr("%1 is busy (%2). What has arrived is kept; try again later.").arg(host).arg(failure.status);
    case DownloadFault::TokenNeeded: return DownloadWords::tr("%1 asks for an access token. Enter yours in Discover, then try again.").arg(host);
    case DownloadFault::Forbidden: return DownloadWords::tr("%1 gives no access. Accept the model's terms on its page and enter your token in Discover, then try again.").arg(host);
    case DownloadFault::Missing: return DownloadWords::tr("%1 does not have this file any more.").arg(host);
    case DownloadFault::Refused: return DownloadWords::tr("%1 refused (%2).").arg(host).arg(failure.status);
    case DownloadFault::WrongAnswer: return DownloadWords::tr("%1 gave a wrong answer: %2.").arg(host, failure.detail);
    case DownloadFault::Changed: return DownloadWords::tr("The file on %1 changes while it is fetched.").arg(host);
    case DownloadFault::Insecure: return DownloadWords::tr("%1 leads to an address without encryption. Corral does not follow.").arg(host);
    case DownloadFault::TooManyRedirects: return DownloadWords::tr("%1 leads in a circle.").arg(host);
    case DownloadFault::NoSpace: return DownloadWords::tr("There is not enough room: %1 are needed, %2 are free.").arg(sizeText(failure.needed), sizeText(failure.free));
    case DownloadFault::Disk: return DownloadWords::tr("Writing to the disk failed: %1.").arg(failure.detail);
    case DownloadFault::Locked: return DownloadWords::tr("Another program is fetching “%1” at this moment.").arg(failure.detail);
    case DownloadFault::Occupied: return DownloadWords::tr("“%1” is in the folder already and is another file. Rename it, then try again.").arg(failure.detail);
    case DownloadFault::WrongSum: return DownloadWords::tr("What %1 sent is damaged: its checksum is wrong, twice. It was deleted.").arg(host);
    }
    return {};
}

QString detailOf(const DownloadItem& item)
{
    const QString ofAll = item.total() < 0 ? sizeText(item.arrived()) : DownloadWords::tr("%1 of %2").arg(sizeText(item.arrived()), sizeText(item.total()));
    const bool begun = item.arrived() > 0;
    switch (item.state) {
    case DownloadState::Waiting: return begun ? DownloadWords::tr("Waiting for its turn · %1").arg(ofAll) : DownloadWords::tr("Waiting for its turn");
    case DownloadState::Asking: return DownloadWords::tr("Asking what there is…");
    case DownloadState::Running: {
        QStringList parts{ofAll};
        if (const auto speed = item.pace.bytesPerSecond()) parts.append(speedText(*speed));
        if (const auto left = item.pace.secondsLeft(); left && item.total() > 0) parts.append(timeLeftText(*left));
        return parts.join(QStringLiteral(" · "));
    }
    case DownloadState::Retrying: return DownloadWords::tr("%1 Trying again soon.").arg(item.failureText);
    case DownloadState::Verifying: return DownloadWords::tr("Verifying the checksum…");
    case DownloadState::Paused: return begun ? DownloadWords::tr("Paused at %1").arg(ofAll) : DownloadWords::tr("Paused");
    case DownloadState::Done: return DownloadWords::tr("%1, verified", "size of a download").arg(sizeText(item.total()));
    case DownloadState::Failed: return item.failureText;
    }
    return {};
}

} // namespace corral::app
