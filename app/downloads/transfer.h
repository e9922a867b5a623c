#pragma once
// One file on its way, as the queue sees it: hub::Download, or one that plays for `--fake-engine` and the tests of the window.
#include "core/hub/download.h"

#include <QObject>

#include <functional>
#include <memory>

namespace corral::app {

class Transfer : public QObject {
    Q_OBJECT

public:
    using State = hub::Download::State;
    virtual void start() = 0;
    virtual void pause() = 0;
    virtual void cancel() = 0; // what came is deleted
    virtual State state() const = 0;
    virtual qint64 received() const = 0;
    virtual qint64 total() const = 0; // −1: not known
    virtual hub::DownloadFailure failure() const = 0;
    virtual QByteArray sha256() const = 0;

signals:
    void stateChanged();
    void progressChanged();
};

using TransferFactory = std::function<std::unique_ptr<Transfer>(const hub::DownloadOrder&)>;
TransferFactory realTransfers(QNetworkAccessManager& network, hub::DownloadOptions options);
// At that speed. A name with "gated" is refused, one with "offline" waits for the network, one with "full" finds no room, one with "broken" has a wrong sum.
TransferFactory scriptedTransfers(double bytesPerSecond);

} // namespace corral::app
