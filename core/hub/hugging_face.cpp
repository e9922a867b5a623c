#include "core/hub/json_reading.h"
#include "core/hub/service_api.h"

#include <QUrlQuery>

#include <algorithm>

namespace corral::hub::hugging_face {

namespace {

QString encoded(const QString& part) { return QString::fromLatin1(QUrl::toPercentEncoding(part)); }
QString encodedPath(const QString& path) { return QString::fromLatin1(QUrl::toPercentEncoding(path, "/")); }

// The cursor of `Link: <https://…?cursor=ABC>; rel="next"`. Only the cursor is taken: where it leads is our own business.
QString nextCursor(const QByteArray& link)
{
    for (const QByteArray& entry : link.split(',')) {
        const qsizetype begin = entry.indexOf('<'), end = entry.indexOf('>');
        if (begin < 0 || end < begin || !entry.mid(end).contains("rel=\"next\"")) continue;
        return QUrlQuery(QUrl::fromEncoded(entry.mid(begin + 1, end - begin - 1))).queryItemValue(QStringLiteral("cursor"), QUrl::FullyDecoded);
    }
    return {};
}

bool isGated(const QJsonValue& value) { return value.isString() || value.toBool(); } // false, "auto" or "manual"

QString licenseOf(const QJsonObject& model, const QStringList& tags)
{
    const QJsonValue card = model[QStringLiteral("cardData")].toObject()[QStringLiteral("license")];
    if (const QString name = card.isArray() ? words(card).join(QStringLiteral(", ")) : word(card); !name.isEmpty()) return name;
    const QString prefix = QStringLiteral("license:");
    const auto tag = std::ranges::find_if(tags, [&](const QString& t) { return t.startsWith(prefix); });
    return tag == tags.end() ? QString() : tag->mid(prefix.size());
}

} // namespace

Question search(const SearchQuery& query)
{
    QUrlQuery parameters;
    if (!query.text.isEmpty()) parameters.addQueryItem(QStringLiteral("search"), encoded(query.text));
    parameters.addQueryItem(QStringLiteral("filter"), QStringLiteral("gguf"));
    const auto sort = [&] {
        switch (query.sort) {
        case SearchQuery::Sort::Downloads: return QStringLiteral("downloads");
        case SearchQuery::Sort::Likes: return QStringLiteral("likes");
        case SearchQuery::Sort::Newest: return QStringLiteral("lastModified");
        case SearchQuery::Sort::Trending: return QStringLiteral("trendingScore");
        }
        return QString();
    }();
    parameters.addQueryItem(QStringLiteral("sort"), sort);
    parameters.addQueryItem(QStringLiteral("direction"), QStringLiteral("-1"));
    parameters.addQueryItem(QStringLiteral("limit"), QString::number(query.limit));
    for (const char* field : {"downloads", "likes", "lastModified", "tags", "gated", "gguf"}) // naming one leaves the others out
        parameters.addQueryItem(QStringLiteral("expand[]"), QString::fromLatin1(field));
    if (!query.cursor.isEmpty()) parameters.addQueryItem(QStringLiteral("cursor"), encoded(query.cursor));
    return {.path = QStringLiteral("/api/models?") + parameters.toString(QUrl::FullyEncoded)};
}

Result<SearchPage> readSearch(const QByteArray& json, const QByteArray& linkHeader)
{
    const auto document = parseJson(json);
    if (!document) return std::unexpected(document.error());
    if (!document->isArray()) return fail(ErrorCode::Format, "the answer is not a list of models");
    SearchPage page{.hits = {}, .next = nextCursor(linkHeader)};
    for (const auto& value : document->array()) {
        const QJsonObject model = value.toObject(), gguf = model[QStringLiteral("gguf")].toObject();
        SearchHit hit;
        hit.repository = {Service::HuggingFace, model[QStringLiteral("id")].toString(), {}};
        if (!isRepositoryName(hit.repository.name)) continue;
        hit.downloads = count(model[QStringLiteral("downloads")], -1);
        hit.likes = count(model[QStringLiteral("likes")], -1);
        hit.changed = QDateTime::fromString(model[QStringLiteral("lastModified")].toString(), Qt::ISODateWithMs);
        hit.tags = words(model[QStringLiteral("tags")]);
        hit.license = licenseOf(model, hit.tags);
        hit.architecture = word(gguf[QStringLiteral("architecture")]);
        hit.parameters = count(gguf[QStringLiteral("total")], 0);
        hit.context = count(gguf[QStringLiteral("context_length")], 0);
        hit.gated = isGated(model[QStringLiteral("gated")]);
        page.hits << hit;
    }
    return page;
}

Question about(const RepositoryId& id)
{
    return {.path = QStringLiteral("/api/models/") + id.name + (id.revision.isEmpty() ? QString() : QStringLiteral("/revision/") + encoded(id.revision))};
}

Result<About> readAbout(const QByteArray& json)
{
    const auto document = parseJson(json);
    if (!document) return std::unexpected(document.error());
    const QJsonObject model = document->object();
    About about;
    about.commit = QString::fromLatin1(hexDigits(model[QStringLiteral("sha")], kSha1Digits));
    if (about.commit.isEmpty()) return fail(ErrorCode::Format, "the answer names no commit");
    about.tags = words(model[QStringLiteral("tags")]);
    about.license = licenseOf(model, about.tags);
    about.gated = isGated(model[QStringLiteral("gated")]);
    return about;
}

Question files(const RepositoryId& id, const QString& cursor)
{
    return {.path = QStringLiteral("/api/models/%1/tree/%2?recursive=true").arg(id.name, encoded(id.revision)) +
                    (cursor.isEmpty() ? QString() : QStringLiteral("&cursor=") + encoded(cursor))};
}

Result<Listing> readFiles(const QByteArray& json, const QByteArray& linkHeader)
{
    const auto document = parseJson(json);
    if (!document) return std::unexpected(document.error());
    if (!document->isArray()) return fail(ErrorCode::Format, "the answer is not a list of files");
    const QJsonArray entries = document->array();
    Listing listing{.files = {}, .next = nextCursor(linkHeader), .entries = entries.size()};
    for (const auto& value : entries) {
        const QJsonObject entry = value.toObject(), lfs = entry[QStringLiteral("lfs")].toObject();
        if (entry[QStringLiteral("type")].toString() != u"file") continue;
        RemoteFile file;
        file.path = entry[QStringLiteral("path")].toString();
        if (!isFilePath(file.path)) continue;
        file.size = count(lfs.contains(QStringLiteral("size")) ? lfs[QStringLiteral("size")] : entry[QStringLiteral("size")], -1);
        file.sha256 = hexDigits(lfs[QStringLiteral("oid")], kSha256Digits);
        if (lfs.isEmpty()) file.gitSha1 = hexDigits(entry[QStringLiteral("oid")], kSha1Digits); // of a pointer otherwise
        listing.files << file;
    }
    return listing;
}

QString filePath(const RepositoryId& id, const QString& path)
{
    return QStringLiteral("/%1/resolve/%2/%3").arg(id.name, encoded(id.revision.isEmpty() ? QStringLiteral("main") : id.revision), encodedPath(path));
}

} // namespace corral::hub::hugging_face
