#pragma once
// Asks Hugging Face and ModelScope what they have. Works on the thread it lives in, through signals and slots: nothing blocks.
//
//   HubClient hub(network, HubSettings::fromEnvironment(), tokens);
//   hub.search({.text = "qwen3"}).then(this, [](Result<SearchPage> page) { … });
//
// A future that is cancelled aborts its request. Errors are sentences: what was asked, of whom, what came back, what to do. Their codes:
// InvalidArgument: refused (401, 403), a token or the owner's agreement is missing; NotFound: 404; Format: the answer makes no sense; Network: nobody
// answers, too many requests, trouble there. What passes (408, 429, 5xx, a broken connection) was tried again before. Every answer is hostile: bounded size,
// checked names; files with names that are no good anywhere are left out.
#include "core/base/error.h"
#include "core/hub/source.h"

#include <QDateTime>
#include <QFuture>
#include <QHash>
#include <QList>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QObject>

namespace corral::hub {

class Inquiry;
class TokenStore;

// Where the services are. Several for one service: tried in their order, the next one when one cannot be reached; the one that answered stays first.
struct HubSettings {
    QList<QUrl> huggingFace; // MODEL_ENDPOINT, HF_ENDPOINT, https://huggingface.co, https://hf-mirror.com
    QList<QUrl> modelScope;  // MODELSCOPE_DOMAIN, https://www.modelscope.cn
    int patience = 20'000;   // ms without a byte until a request is given up
    static HubSettings fromEnvironment();
    // With the user's own addresses first ("hf-mirror.com", "https://hub.example/"); what is no address counts as none, and the environment's is used.
    static HubSettings withOwn(const QString& huggingFace, const QString& modelScope);
    static bool isAddress(const QString& text);
    const QList<QUrl>& of(Service service) const { return service == Service::HuggingFace ? huggingFace : modelScope; }
};

struct SearchQuery {
    Service service = Service::HuggingFace;
    QString text;
    enum class Sort { Downloads, Likes, Newest, Trending } sort = Sort::Downloads;
    QString cursor; // of the page before
    int limit = 30;
};
struct SearchHit {
    RepositoryId repository;
    qint64 downloads = -1, likes = -1; // −1: not said
    QDateTime changed;
    QString license, architecture;
    qint64 parameters = 0, context = 0; // 0: not said
    bool gated = false;
    QStringList tags;
};
struct SearchPage {
    QList<SearchHit> hits;
    QString next; // cursor; empty: the last page
};

struct RemoteFile {
    QString path;       // in the repository, checked: relative, no "..", no control characters
    qint64 size = -1;
    QByteArray sha256;  // lower-case hex; empty: not said
    QByteArray gitSha1; // of small files that are not in LFS; lower-case hex or empty
};
struct Repository {
    RepositoryId id;  // revision: the commit, where the service has one
    QList<RemoteFile> files;
    QString license, summary; // of the card: first paragraph as plain text, at most 2,000 characters
    QStringList tags;
    bool gated = false;
};

class HubClient : public QObject {
    Q_OBJECT

public:
    HubClient(QNetworkAccessManager& network, HubSettings settings, const TokenStore* tokens, QObject* parent = nullptr);

    QFuture<Result<SearchPage>> search(const SearchQuery& query);
    // Files at one commit, so that a download is not disturbed by later ones. GGUF files and what stands beside them; every page of the listing.
    QFuture<Result<Repository>> repository(const RepositoryId& id);

    // To GET a file: address and headers (token only for the service's own host; the downloader drops it when a redirect changes the host).
    QNetworkRequest fileRequest(const RepositoryId& id, const QString& path) const;
    // Where people look at it, and ask for access.
    QUrl page(const RepositoryId& id) const;
    // Of the service's addresses, the one that answered last.
    QUrl endpoint(Service service) const;
    QNetworkAccessManager& network() const { return m_network; }
    const HubSettings& settings() const { return m_settings; }
    void setSettings(HubSettings settings);

private:
    friend class Inquiry;
    // With the token, where it may go: to the service itself and to the address that the user put first, not to a mirror we fell back on.
    QNetworkRequest apiRequest(Service service, const QUrl& base, const QString& path) const;

    QNetworkAccessManager& m_network;
    HubSettings m_settings;
    const TokenStore* m_tokens;
    QHash<int, qsizetype> m_answered; // by service: the index of the address that answered last
};

// A set of files that belong together: one GGUF, or all shards of one. What people choose between in a repository.
struct FileSet {
    QString name;         // without folder, shard number and ending
    QString quantization; // "Q4_K_M", upper case, as the name says; may be empty
    QList<RemoteFile> files; // shards in their order
    QStringList missing;  // shards that the listing lacks
    qint64 bytes() const;
};
// The model files of a listing, grouped; projectors, matrices and drafts left out (hub sheet § 1.4).
QList<FileSet> fileSets(const Repository& repository);
// The set that a source means: its file, its quantization, else Q4_K_M, Q8_0, the first. NotFound names what there is.
Result<FileSet> chooseSet(const QList<FileSet>& sets, const Source& source);

} // namespace corral::hub
