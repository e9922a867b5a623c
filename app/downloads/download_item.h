#pragma once
// One entry of the queue: a file, or all shards of a set, and how far it is.
#include "app/quantizing/pace.h"
#include "core/hub/client.h"
#include "core/hub/download_failure.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

namespace corral::app {

enum class DownloadState { Waiting, Asking, Running, Retrying, Verifying, Paused, Done, Failed };

struct DownloadFile {
    QString path;    // in the repository; empty: a plain address
    QUrl url;        // of a plain address
    QString target;  // where it goes
    qint64 size = -1;
    QByteArray sha256, gitSha1;
    bool done = false;
};

struct DownloadItem {
    int id = 0;
    QString source; // "hf:owner/name:Q4_K_M", an address
    QString title, folder;
    std::optional<hub::RepositoryId> repository; // its revision is the commit, once that is known
    QList<DownloadFile> files; // empty: the hub has not been asked yet
    DownloadState state = DownloadState::Waiting;
    QString failureText, technical; // Failed; Retrying: why
    qint64 received = 0; // bytes of the files that are not done, on the disk
    Pace pace;

    bool alive() const { return state != DownloadState::Paused && state != DownloadState::Done && state != DownloadState::Failed; }
    qint64 total() const; // −1: not known
    qint64 arrived() const;
    double fraction() const { return state == DownloadState::Done ? 1 : total() <= 0 ? 0 : double(arrived()) / double(total()); }

    QJsonObject toJson() const;
    static DownloadItem fromJson(const QJsonObject& json); // files empty: unusable
};

} // namespace corral::app
