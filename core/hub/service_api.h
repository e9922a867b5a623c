#pragma once
// What the two services are asked and what their answers mean: addresses and JSON, no network. Facts: hub sheet § 1.2, § 2.
#include "core/hub/client.h"

#include <functional>

namespace corral::hub {

struct Question {
    QString path; // below the service's address, encoded
    QByteArray method = "GET";
    QByteArray body = {};
    qint64 most = 8 << 20; // bytes of the answer
};

struct Listing { // a page of a repository's files
    QList<RemoteFile> files;
    QString next;         // cursor; empty: the last page
    qsizetype entries = 0; // before what cannot be used was left out
};
// What else is known of a repository.
struct About {
    QString commit, license;
    QStringList tags;
    bool gated = false;
};

inline constexpr int kListingPage = 500;           // files a page, where one may choose
inline constexpr qint64 kMostCard = 512 << 10;     // bytes of a model card

namespace hugging_face {
Question search(const SearchQuery& query);
Result<SearchPage> readSearch(const QByteArray& json, const QByteArray& linkHeader);
Question about(const RepositoryId& id);
Result<About> readAbout(const QByteArray& json);
Question files(const RepositoryId& id, const QString& cursor);
Result<Listing> readFiles(const QByteArray& json, const QByteArray& linkHeader);
QString filePath(const RepositoryId& id, const QString& path);
} // namespace hugging_face

namespace model_scope {
Question search(const SearchQuery& query);
Result<SearchPage> readSearch(const QByteArray& json, const SearchQuery& query);
Question about(const RepositoryId& id);
Result<About> readAbout(const QByteArray& json);
Question files(const RepositoryId& id, const QString& cursor);
Result<Listing> readFiles(const QByteArray& json, const QString& cursor);
QString filePath(const RepositoryId& id, const QString& path);
} // namespace model_scope

// The first paragraph of a card (Markdown with HTML in it and YAML before it) that is prose, as plain text.
QString cardSummary(const QByteArray& card);

} // namespace corral::hub
