#include "core/hub/json_reading.h"
#include "core/hub/service_api.h"

#include <QUrlQuery>

namespace corral::hub::model_scope {

namespace {

QString encoded(const QString& part) { return QString::fromLatin1(QUrl::toPercentEncoding(part)); }

// The answer's Data; its Code speaks of errors that HTTP's status does not.
Result<QJsonObject> dataOf(const QByteArray& json)
{
    const auto document = parseJson(json);
    if (!document) return std::unexpected(document.error());
    const QJsonObject answer = document->object();
    constexpr int kGood = 200, kUnknown = 404;
    const int code = int(answer[QStringLiteral("Code")].toInteger(0));
    if (code == kUnknown) return fail(ErrorCode::NotFound, "{}", word(answer[QStringLiteral("Message")]).toStdString());
    if (code != kGood) return fail(ErrorCode::Network, "the service says {}: {}", code, word(answer[QStringLiteral("Message")]).toStdString());
    return answer[QStringLiteral("Data")].toObject();
}

QDateTime timeOf(const QJsonValue& value)
{
    if (value.isDouble()) return QDateTime::fromSecsSinceEpoch(value.toInteger());
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

QString revisionOf(const RepositoryId& id) { return id.revision.isEmpty() ? QStringLiteral("master") : id.revision; }

int pageOf(const QString& cursor) { return std::max(1, cursor.toInt()); }

} // namespace

Question search(const SearchQuery& query)
{
    // There is no filter for a file format; the word for it finds those that say so.
    const QString word = QStringLiteral("GGUF");
    const QString text = query.text.contains(word, Qt::CaseInsensitive) ? query.text : (query.text + u' ' + word).trimmed();
    const auto sort = [&] {
        switch (query.sort) {
        case SearchQuery::Sort::Downloads: return QStringLiteral("DownloadsCount");
        case SearchQuery::Sort::Likes: return QStringLiteral("StarsCount");
        case SearchQuery::Sort::Newest: return QStringLiteral("GmtModified");
        case SearchQuery::Sort::Trending: return QStringLiteral("Default");
        }
        return QString();
    }();
    const QJsonObject body{{QStringLiteral("Name"), text}, {QStringLiteral("PageNumber"), pageOf(query.cursor)}, {QStringLiteral("PageSize"), query.limit},
                           {QStringLiteral("SortBy"), sort}};
    return {.path = QStringLiteral("/api/v1/dolphin/models"), .method = "PUT", .body = QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

Result<SearchPage> readSearch(const QByteArray& json, const SearchQuery& query)
{
    const auto data = dataOf(json);
    if (!data) return std::unexpected(data.error());
    const QJsonObject model = (*data)[QStringLiteral("Model")].toObject();
    const QJsonArray models = model[QStringLiteral("Models")].toArray();
    SearchPage page;
    for (const auto& value : models) {
        const QJsonObject entry = value.toObject();
        SearchHit hit;
        hit.repository = {Service::ModelScope, entry[QStringLiteral("Path")].toString() + u'/' + entry[QStringLiteral("Name")].toString(), {}};
        if (!isRepositoryName(hit.repository.name)) continue;
        hit.downloads = count(entry[QStringLiteral("Downloads")], -1);
        hit.likes = count(entry[QStringLiteral("Stars")], -1);
        hit.license = word(entry[QStringLiteral("License")]).toLower();
        hit.changed = timeOf(entry[QStringLiteral("LastUpdatedTime")]);
        hit.tags = words(entry[QStringLiteral("Tags")]);
        page.hits << hit;
    }
    const int number = pageOf(query.cursor);
    if (!models.isEmpty() && qint64(number) * query.limit < count(model[QStringLiteral("TotalCount")], 0)) page.next = QString::number(number + 1);
    return page;
}

Question about(const RepositoryId& id) { return {.path = QStringLiteral("/api/v1/models/") + id.name}; }

Result<About> readAbout(const QByteArray& json)
{
    const auto data = dataOf(json);
    if (!data) return std::unexpected(data.error());
    About about;
    about.license = word((*data)[QStringLiteral("License")]).toLower();
    about.tags = words((*data)[QStringLiteral("Tags")]);
    return about;
}

Question files(const RepositoryId& id, const QString& cursor)
{
    return {.path = QStringLiteral("/api/v1/models/%1/repo/files?Revision=%2&Recursive=true&PageNumber=%3&PageSize=%4")
                        .arg(id.name, encoded(revisionOf(id)))
                        .arg(pageOf(cursor))
                        .arg(kListingPage)};
}

Result<Listing> readFiles(const QByteArray& json, const QString& cursor)
{
    const auto data = dataOf(json);
    if (!data) return std::unexpected(data.error());
    const QJsonArray entries = (*data)[QStringLiteral("Files")].toArray();
    Listing listing{.files = {}, .next = {}, .entries = entries.size()};
    for (const auto& value : entries) {
        const QJsonObject entry = value.toObject();
        if (entry[QStringLiteral("Type")].toString() == u"tree") continue;
        RemoteFile file;
        file.path = entry[QStringLiteral("Path")].toString();
        if (!isFilePath(file.path)) continue;
        file.size = count(entry[QStringLiteral("Size")], -1);
        file.sha256 = hexDigits(entry[QStringLiteral("Sha256")], kSha256Digits);
        listing.files << file;
    }
    // Whoever asks stops at a page that brings nothing new: not all versions of the service heed the page's number.
    const bool full = entries.size() >= kListingPage || count((*data)[QStringLiteral("TotalCount")], 0) > entries.size();
    if (!entries.isEmpty() && full) listing.next = QString::number(pageOf(cursor) + 1);
    return listing;
}

QString filePath(const RepositoryId& id, const QString& path)
{
    return QStringLiteral("/api/v1/models/%1/repo?Revision=%2&FilePath=%3").arg(id.name, encoded(revisionOf(id)), encoded(path));
}

} // namespace corral::hub::model_scope
