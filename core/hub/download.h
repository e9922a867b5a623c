#pragma once
// Fetches one file from a server into a folder. Beside NAME.part, which has the file's size from the beginning, lies NAME.part.json: what is known of the
// file (address, size, ETag, sha256) and which ranges of it have arrived and are on the disk. So a download goes on after a crash, a kill or a lost
// network, on several connections. NAME appears when size and sum are right, by rename, and never before.
//
// Works on the thread it lives in, with an event loop; files are written and sums computed on a thread of its own.
// Without a known size or sum those that the server announces are taken. Faults that pass (network, 408, 429, 5xx, a stalled or short answer) are retried with exponential pauses and jitter as long
// as bytes keep coming; others (401, 403, 404, a full disk) end it with a sentence. A server that ignores Range, changes the file in between or sends
// the wrong range is noticed and the download begun anew; a wrong sum deletes what came and is tried once more from the beginning.
#include "core/hub/download_failure.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QObject>

#include <chrono>
#include <memory>

namespace corral::hub {

struct DownloadOrder {
    QNetworkRequest request;
    QString path;       // the final name, absolute
    qint64 size = -1;   // −1: as the server says
    QByteArray sha256;  // lower-case hex; empty: only the size can be checked
    QByteArray gitSha1; // instead of sha256 for small files
};

struct DownloadOptions {
    int connections = 4;              // for files above 64 MB
    int retries = 8;                  // in a row that brought nothing to speak of; two, where nobody was ever reached
    std::chrono::milliseconds firstPause{1000}; // doubles with each retry, ±25 %
    std::chrono::milliseconds mostPause{60'000};
    std::chrono::milliseconds patience{30'000}; // a connection that says nothing for so long is dropped
    std::chrono::milliseconds lockPatience{5000}; // another download to the same file is waited for so long: it may be ending
    bool allowInsecureRedirect = false;         // https → http
};

class Download : public QObject {
    Q_OBJECT

public:
    enum class State { Idle, Connecting, Running, Waiting /* for the next retry */, Verifying, Paused, Done, Failed };

    Download(QNetworkAccessManager& network, DownloadOrder order, DownloadOptions options = {}, QObject* parent = nullptr);
    ~Download() override; // stops; what has arrived stays for the next time

    void start();   // goes on where an earlier run stopped
    void pause();
    void cancel();  // deletes what came: Idle again

    State state() const;
    qint64 received() const; // on the way to the disk, verified or not
    qint64 total() const;    // −1: unknown
    DownloadFailure failure() const; // when Failed; when Waiting, why
    QString errorText() const { return failure().sentence(); }
    QByteArray sha256() const; // announced with the order, or by the server with the file; empty: neither
    int attempt() const;     // of the retries in a row, when Waiting

signals:
    void stateChanged();
    void progressChanged(); // at most 10 a second

private:
    struct Work;
    std::unique_ptr<Work> m_work;
};

} // namespace corral::hub
