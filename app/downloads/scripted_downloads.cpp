#include "app/discovering/hub_source.h"
#include "app/downloads/download_queue.h"

namespace corral::app {

DownloadSource scriptedDownloads(double bytesPerSecond)
{
    return {.repository = scriptedHub().repository,
            .request = [](const hub::RepositoryId& id, const QString& path) { return QNetworkRequest(QUrl(QStringLiteral("https://huggingface.co/%1/resolve/main/%2").arg(id.name, path))); },
            .transfer = scriptedTransfers(bytesPerSecond),
            .check = [](const QString&) { return Result<void>(); }};
}

} // namespace corral::app
