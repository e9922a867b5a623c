#include "app/downloads/download_item.h"

#include <QDir>
#include <QJsonArray>

namespace corral::app {

qint64 DownloadItem::total() const
{
    qint64 sum = files.isEmpty() ? -1 : 0;
    for (const DownloadFile& file : files) {
        if (file.size < 0) return -1;
        sum += file.size;
    }
    return sum;
}

qint64 DownloadItem::arrived() const
{
    qint64 sum = received;
    for (const DownloadFile& file : files) sum += file.done ? file.size : 0;
    return sum;
}

QJsonObject DownloadItem::toJson() const
{
    QJsonArray list;
    for (const DownloadFile& file : files) {
        list.append(QJsonObject{{QStringLiteral("path"), file.path},
                                {QStringLiteral("url"), file.url.toString(QUrl::FullyEncoded)},
                                {QStringLiteral("target"), file.target},
                                {QStringLiteral("size"), file.size},
                                {QStringLiteral("sha256"), QString::fromLatin1(file.sha256)},
                                {QStringLiteral("sha1"), QString::fromLatin1(file.gitSha1)},
                                {QStringLiteral("done"), file.done}});
    }
    QJsonObject json{{QStringLiteral("source"), source},
                     {QStringLiteral("title"), title},
                     {QStringLiteral("folder"), folder},
                     {QStringLiteral("files"), list},
                     {QStringLiteral("received"), received},
                     {QStringLiteral("state"), state == DownloadState::Done     ? QStringLiteral("done")
                                               : state == DownloadState::Failed ? QStringLiteral("failed")
                                               : state == DownloadState::Paused ? QStringLiteral("paused")
                                                                                : QStringLiteral("waiting")},
                     {QStringLiteral("failure"), failureText},
                     {QStringLiteral("technical"), technical}};
    if (repository) {
        json[QStringLiteral("service")] = repository->service == hub::Service::ModelScope ? QStringLiteral("ms") : QStringLiteral("hf");
        json[QStringLiteral("repository")] = repository->name;
        json[QStringLiteral("revision")] = repository->revision;
    }
    return json;
}

DownloadItem DownloadItem::fromJson(const QJsonObject& json)
{
    DownloadItem item;
    item.source = json[QStringLiteral("source")].toString();
    item.title = json[QStringLiteral("title")].toString();
    item.folder = json[QStringLiteral("folder")].toString();
    item.received = json[QStringLiteral("received")].toInteger();
    item.failureText = json[QStringLiteral("failure")].toString();
    item.technical = json[QStringLiteral("technical")].toString();
    const QString state = json[QStringLiteral("state")].toString();
    item.state = state == QLatin1String("done")     ? DownloadState::Done
                 : state == QLatin1String("failed") ? DownloadState::Failed
                 : state == QLatin1String("paused") ? DownloadState::Paused
                                                    : DownloadState::Waiting;
    if (const QString name = json[QStringLiteral("repository")].toString(); !name.isEmpty()) {
        const bool modelScope = json[QStringLiteral("service")].toString() == QLatin1String("ms");
        item.repository = hub::RepositoryId{.service = modelScope ? hub::Service::ModelScope : hub::Service::HuggingFace, .name = name, .revision = json[QStringLiteral("revision")].toString()};
    }
    for (const auto& value : json[QStringLiteral("files")].toArray()) {
        const QJsonObject file = value.toObject();
        item.files.append({.path = file[QStringLiteral("path")].toString(),
                           .url = QUrl(file[QStringLiteral("url")].toString()),
                           .target = file[QStringLiteral("target")].toString(),
                           .size = file[QStringLiteral("size")].toInteger(-1),
                           .sha256 = file[QStringLiteral("sha256")].toString().toLatin1(),
                           .gitSha1 = file[QStringLiteral("sha1")].toString().toLatin1(),
                           .done = file[QStringLiteral("done")].toBool()});
    }
    return item;
}

} // namespace corral::app
