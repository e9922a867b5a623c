#pragma once
// Types that the terminal uses as well and that therefore know no QML: their names there.
#include "app/downloads/download_queue.h"
#include "app/starter/starter_fetcher.h"

#include <QQmlEngine>

namespace corral::app {

struct DownloadQueueInQml {
    Q_GADGET
    QML_FOREIGN(corral::app::DownloadQueue)
    QML_NAMED_ELEMENT(DownloadQueue)
    QML_UNCREATABLE("handed to Main as `downloads`")
};

struct StarterFetcherInQml {
    Q_GADGET
    QML_FOREIGN(corral::app::StarterFetcher)
    QML_NAMED_ELEMENT(StarterFetcher)
    QML_UNCREATABLE("handed to Main as `starter`")
};

} // namespace corral::app
