#pragma once
// Downloads in the reader's language.
#include "app/downloads/download_item.h"

#include <QString>

namespace corral::app {

QString wordsFor(const hub::DownloadFailure& failure);
// "1.2 GB of 4.9 GB · 35 MB/s · 2 min left", "Waiting for its turn", why it failed.
QString detailOf(const DownloadItem& item);

} // namespace corral::app
