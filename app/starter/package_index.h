#pragma once
// A Python package index as any index server speaks it ("simple" API): the answer is JSON (PEP 691) or HTML (PEP 503).
#include "core/base/error.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

namespace corral::app {

struct WheelLocation {
    QUrl url;
    QByteArray sha256; // lower-case hex; empty if the index does not say
    qint64 size = 0;   // 0 if the index does not say
};

// $CORRAL_PYPI, else $PIP_INDEX_URL, else https://pypi.org/simple; without a slash at the end.
QString packageIndex();
QUrl packagePage(const QString& index, const QString& package);
// The wheel of that version in the index's answer; `page` is where it came from (links may be relative).
Result<WheelLocation> findWheel(const QByteArray& answer, const QByteArray& contentType, const QUrl& page, const QString& package, const QString& version);

} // namespace corral::app
