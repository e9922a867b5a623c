#include "tests/support/hub_server.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrlQuery>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace corral::test {

using namespace std::chrono_literals;

namespace {

constexpr int kTurn = 20;                // ms between looks at the stop flag
constexpr qint64 kPiece = 1 << 20;       // bytes handed to a socket at a time
constexpr qsizetype kMostHead = 1 << 16; // bytes of a request's head

struct Answer {
    int status = 200;
    QList<QByteArray> headers = {};
    QByteArray body = {};
    QString disk = {}; // instead of body
    qint64 size = 0;
    bool json = false;
    QString key = {}; // of the file, for Fault::Change
};

Answer jsonAnswer(const QJsonDocument& document, QList<QByteArray> headers = {})
{
    headers << "Content-Type: application/json; charset=utf-8";
    const QByteArray body = document.toJson(QJsonDocument::Compact);
    return {.headers = headers, .body = body, .size = body.size(), .json = true};
}

Answer errorAnswer(int status, const QByteArray& code, const QString& message)
{
    Answer answer = jsonAnswer(QJsonDocument(QJsonObject{{QStringLiteral("error"), message}, {QStringLiteral("Code"), status}, {QStringLiteral("Message"), message},
                                                         {QStringLiteral("Success"), false}}));
    answer.status = status;
    if (!code.isEmpty()) answer.headers << "X-Error-Code: " + code;
    return answer;
}

// What a file is now; disk files are hashed when somebody asks.
struct Stored {
    HostedFile file;
    QString owner; // repository's name; empty: plain
    QByteArray sha256 = {}, sha1 = {};
    int changes = 0;
};

template <class Hash> void addContent(Hash& hash, const HostedFile& file)
{
    if (file.disk.isEmpty()) return hash.addData(file.content);
    QFile in(file.disk);
    if (in.open(QIODevice::ReadOnly)) hash.addData(&in);
}

qint64 sizeOf(const HostedFile& file) { return file.disk.isEmpty() ? file.content.size() : QFile(file.disk).size(); }

} // namespace

struct HubServer::Work {
    mutable std::mutex mutex;
    QList<HostedRepository> repositories;
    QHash<QString, Stored> files; // "owner/name/path" or "/plain/path"
    QHash<QString, std::pair<QByteArray, QList<QByteArray>>> answers;
    QList<Fault> faults;
    QList<SeenRequest> seen;
    int pageSize = 1000;
    bool redirects = true;
    qint64 speed = 0;
    std::atomic<qint64> sent = 0;
    quint16 hubPort = 0, storagePort = 0;
    QString storageHost = QStringLiteral("127.0.0.1");

    std::mutex threadsMutex;
    std::list<std::jthread> threads;
    std::stop_source stop;

    // ---- what is there -----------------------------------------------------------------------------------------------------------------

    HostedRepository* find(const QString& name)
    {
        for (HostedRepository& repository : repositories)
            if (repository.name == name) return &repository;
        return nullptr;
    }
    static QString keyOf(const QString& owner, const QString& path) { return owner + u'/' + path; }
    const QByteArray& sha256(Stored& stored)
    {
        if (stored.sha256.isEmpty()) {
            QCryptographicHash hash(QCryptographicHash::Sha256);
            addContent(hash, stored.file);
            stored.sha256 = hash.result().toHex();
        }
        return stored.sha256;
    }
    const QByteArray& sha1(Stored& stored) // git's, of a blob
    {
        if (stored.sha1.isEmpty()) {
            QCryptographicHash hash(QCryptographicHash::Sha1);
            hash.addData("blob " + QByteArray::number(sizeOf(stored.file)) + '\0');
            addContent(hash, stored.file);
            stored.sha1 = hash.result().toHex();
        }
        return stored.sha1;
    }
    QByteArray listedSum(Stored& stored)
    {
        if (stored.file.sha256 == "none") return {};
        return stored.file.sha256.isEmpty() || stored.changes > 0 ? sha256(stored) : stored.file.sha256;
    }

    // ---- the two APIs ------------------------------------------------------------------------------------------------------------------

    static std::optional<Answer> refused(const HostedRepository& repository, const SeenRequest& request)
    {
        if (repository.token.isEmpty()) return {};
        const bool shown = request.headers.value("authorization") == "Bearer " + repository.token.toUtf8() ||
                           request.headers.value("cookie").contains("m_session_id=" + repository.token.toUtf8());
        if (!shown) return errorAnswer(401, "GatedRepo", QStringLiteral("Access to model %1 is restricted.").arg(repository.name));
        if (!repository.accepted) return errorAnswer(403, "GatedRepo", QStringLiteral("Access to model %1 is restricted and you are not in the authorized list.").arg(repository.name));
        return {};
    }

    QJsonObject treeEntry(const HostedRepository& repository, const HostedFile& file)
    {
        Stored& stored = files[keyOf(repository.name, file.path)];
        QJsonObject entry{{QStringLiteral("type"), QStringLiteral("file")}, {QStringLiteral("path"), file.path}, {QStringLiteral("size"), sizeOf(stored.file)},
                          {QStringLiteral("oid"), QString::fromLatin1(!file.lfs ? sha1(stored) : QByteArray(40, '7'))}};
        if (file.lfs) {
            QJsonObject lfs{{QStringLiteral("size"), sizeOf(stored.file)}, {QStringLiteral("pointerSize"), 135}};
            if (const QByteArray sum = listedSum(stored); !sum.isEmpty()) lfs[QStringLiteral("oid")] = QString::fromLatin1(sum);
            entry[QStringLiteral("lfs")] = lfs;
        }
        return entry;
    }

    QByteArray nextLink(QUrl url, QUrlQuery query, const QString& cursor) const
    {
        query.removeQueryItem(QStringLiteral("cursor"));
        query.addQueryItem(QStringLiteral("cursor"), cursor);
        url.setQuery(query);
        return "Link: <http://127.0.0.1:" + QByteArray::number(hubPort) + url.toEncoded() + ">; rel=\"next\"";
    }

    Answer page(QJsonArray all, const QUrl& url, int size) const
    {
        const QUrlQuery query(url);
        const int begin = query.queryItemValue(QStringLiteral("cursor")).toInt();
        QJsonArray some;
        for (int i = begin; i < std::min<int>(all.size(), begin + size); ++i) some.append(all[i]);
        QList<QByteArray> headers;
        if (begin + size < all.size()) headers << nextLink(url, query, QString::number(begin + size));
        return jsonAnswer(QJsonDocument(some), headers);
    }

    static QList<const HostedRepository*> matching(const QList<HostedRepository>& all, const QString& text, const std::function<qint64(const HostedRepository&)>& key)
    {
        QList<const HostedRepository*> hits;
        const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
        for (const HostedRepository& repository : all)
            if (std::ranges::all_of(words, [&](const QString& word) { return repository.name.contains(word, Qt::CaseInsensitive); })) hits << &repository;
        std::stable_sort(hits.begin(), hits.end(), [&](const auto* a, const auto* b) { return key(*a) > key(*b); });
        return hits;
    }

    Answer huggingFaceSearch(const QUrl& url)
    {
        const QUrlQuery query(url);
        const QString sort = query.queryItemValue(QStringLiteral("sort"));
        QJsonArray all;
        for (const auto* hit : matching(repositories, query.queryItemValue(QStringLiteral("search"), QUrl::FullyDecoded), [&](const HostedRepository& r) {
                 if (sort == u"likes" || sort == u"trendingScore") return r.likes;
                 if (sort == u"lastModified") return QDateTime::fromString(r.changed, Qt::ISODate).toMSecsSinceEpoch();
                 return r.downloads;
             })) {
            QJsonObject entry{{QStringLiteral("id"), hit->name}, {QStringLiteral("modelId"), hit->name}, {QStringLiteral("downloads"), hit->downloads},
                              {QStringLiteral("likes"), hit->likes}, {QStringLiteral("lastModified"), hit->changed},
                              {QStringLiteral("tags"), QJsonArray{QStringLiteral("gguf"), QStringLiteral("license:") + hit->license, QStringLiteral("text-generation")}}};
            if (hit->gated) entry[QStringLiteral("gated")] = QStringLiteral("manual");
            else entry[QStringLiteral("gated")] = false;
            if (hit->parameters > 0)
                entry[QStringLiteral("gguf")] = QJsonObject{{QStringLiteral("total"), hit->parameters}, {QStringLiteral("architecture"), hit->architecture},
                                                            {QStringLiteral("context_length"), hit->context}};
            all.append(entry);
        }
        const int limit = query.queryItemValue(QStringLiteral("limit")).toInt();
        return page(all, url, std::min(pageSize, limit > 0 ? limit : 1000));
    }

    Answer huggingFaceModel(const HostedRepository& repository, const QString& rest, const QUrl& url)
    {
        if (rest == u"/refs")
            return jsonAnswer(QJsonDocument(QJsonObject{
                {QStringLiteral("branches"), QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("main")}, {QStringLiteral("ref"), QStringLiteral("refs/heads/main")},
                                                                    {QStringLiteral("targetCommit"), repository.commit}}}},
                {QStringLiteral("tags"), QJsonArray()}, {QStringLiteral("converts"), QJsonArray()}}));
        const QString revision = rest.section(u'/', 2, 2);
        if (!revision.isEmpty() && revision != u"main" && revision != repository.commit) return errorAnswer(404, "RevisionNotFound", QStringLiteral("Invalid rev id: ") + revision);
        if (rest.startsWith(u"/tree/")) {
            QJsonArray entries;
            for (const HostedFile& file : repository.files) {
                if (file.path.contains(u'/')) entries.append(QJsonObject{{QStringLiteral("type"), QStringLiteral("directory")}, {QStringLiteral("path"), file.path.section(u'/', 0, -2)},
                                                                         {QStringLiteral("size"), 0}, {QStringLiteral("oid"), QString(40, u'3')}});
                entries.append(treeEntry(repository, file));
            }
            return page(entries, url, pageSize);
        }
        QJsonArray siblings;
        for (const HostedFile& file : repository.files) siblings.append(QJsonObject{{QStringLiteral("rfilename"), file.path}});
        return jsonAnswer(QJsonDocument(QJsonObject{
            {QStringLiteral("id"), repository.name}, {QStringLiteral("sha"), repository.commit}, {QStringLiteral("siblings"), siblings},
            {QStringLiteral("tags"), QJsonArray{QStringLiteral("gguf"), QStringLiteral("license:") + repository.license}}, {QStringLiteral("gated"), repository.gated},
            {QStringLiteral("private"), false}, {QStringLiteral("cardData"), QJsonObject{{QStringLiteral("license"), repository.license}}},
            {QStringLiteral("downloads"), repository.downloads}, {QStringLiteral("likes"), repository.likes}}));
    }

    static Answer modelScopeAnswer(const QJsonValue& data)
    {
        return jsonAnswer(QJsonDocument(QJsonObject{{QStringLiteral("Code"), 200}, {QStringLiteral("Success"), true}, {QStringLiteral("Message"), QString()},
                                                    {QStringLiteral("RequestId"), QStringLiteral("c0ffee")}, {QStringLiteral("Data"), data}}));
    }

    Answer modelScopeSearch(const QByteArray& body)
    {
        const QJsonObject asked = QJsonDocument::fromJson(body).object();
        const QString sort = asked[QStringLiteral("SortBy")].toString();
        const auto hits = matching(repositories, asked[QStringLiteral("Name")].toString(), [&](const HostedRepository& r) {
            return sort == u"StarsCount" ? r.likes : sort == u"GmtModified" ? QDateTime::fromString(r.changed, Qt::ISODate).toMSecsSinceEpoch() : r.downloads;
        });
        const int size = std::min(pageSize, std::max(1, asked[QStringLiteral("PageSize")].toInt(10))), begin = (asked[QStringLiteral("PageNumber")].toInt(1) - 1) * size;
        QJsonArray models;
        for (int i = begin; i < std::min<int>(hits.size(), begin + size); ++i)
            models.append(QJsonObject{{QStringLiteral("Path"), hits[i]->name.section(u'/', 0, 0)}, {QStringLiteral("Name"), hits[i]->name.section(u'/', 1)},
                                      {QStringLiteral("Downloads"), hits[i]->downloads}, {QStringLiteral("Stars"), hits[i]->likes}, {QStringLiteral("License"), hits[i]->license},
                                      {QStringLiteral("LastUpdatedTime"), QDateTime::fromString(hits[i]->changed, Qt::ISODate).toSecsSinceEpoch()}});
        return modelScopeAnswer(QJsonObject{{QStringLiteral("Model"), QJsonObject{{QStringLiteral("Models"), models}, {QStringLiteral("TotalCount"), hits.size()}}}});
    }

    Answer modelScopeFiles(const HostedRepository& repository, const QUrlQuery& query)
    {
        if (const QString revision = query.queryItemValue(QStringLiteral("Revision")); !revision.isEmpty() && revision != u"master" && revision != repository.commit)
            return errorAnswer(404, {}, QStringLiteral("revision not found"));
        QJsonArray all;
        for (const HostedFile& file : repository.files) {
            Stored& stored = files[keyOf(repository.name, file.path)];
            all.append(QJsonObject{{QStringLiteral("Name"), file.path.section(u'/', -1)}, {QStringLiteral("Path"), file.path}, {QStringLiteral("Type"), QStringLiteral("blob")},
                                   {QStringLiteral("Size"), sizeOf(stored.file)}, {QStringLiteral("Sha256"), QString::fromLatin1(listedSum(stored))},
                                   {QStringLiteral("IsLFS"), file.lfs}, {QStringLiteral("Revision"), repository.commit}});
        }
        const int asked = query.queryItemValue(QStringLiteral("PageSize")).toInt(), number = std::max(1, query.queryItemValue(QStringLiteral("PageNumber")).toInt());
        QJsonArray some;
        const int size = asked > 0 ? std::min(asked, pageSize) : int(all.size());
        for (int i = (number - 1) * size; i < std::min<int>(all.size(), number * size); ++i) some.append(all[i]);
        return modelScopeAnswer(QJsonObject{{QStringLiteral("Files"), some}, {QStringLiteral("TotalCount"), all.size()}});
    }

    Answer hostedFile(const HostedRepository& repository, const QString& path)
    {
        const auto found = files.find(keyOf(repository.name, path));
        if (found == files.end()) return errorAnswer(404, "EntryNotFound", QStringLiteral("Entry not found"));
        if (!found->file.lfs || !redirects) return content(*found, {"X-Repo-Commit: " + repository.commit.toLatin1()});
        Answer answer{.status = 302};
        answer.headers << "X-Repo-Commit: " + repository.commit.toLatin1() << "X-Linked-Etag: \"" + sha256(*found) + '"'
                       << "X-Linked-Size: " + QByteArray::number(sizeOf(found->file)) << "Accept-Ranges: bytes"
                       << "Location: http://" + storageHost.toLatin1() + ':' + QByteArray::number(storagePort) + "/storage/" +
                              QUrl::toPercentEncoding(found.key(), "/") + "?Expires=1&Signature=abc";
        return answer;
    }

    Answer content(Stored& stored, QList<QByteArray> headers = {})
    {
        Answer answer{.headers = std::move(headers), .disk = stored.file.disk, .size = sizeOf(stored.file), .key = keyOf(stored.owner, stored.file.path)};
        if (answer.disk.isEmpty()) answer.body = stored.file.content;
        // A plain file's ETag says nothing about its sum.
        const QByteArray etag = stored.owner.isEmpty() ? "v" + QByteArray::number(stored.changes) : stored.file.lfs ? sha256(stored) : sha1(stored);
        answer.headers << "ETag: \"" + etag + '"' << "Content-Type: application/octet-stream" << "Accept-Ranges: bytes";
        return answer;
    }

    Answer answerTo(const SeenRequest& request)
    {
        const QUrl url = QUrl::fromEncoded(request.target, QUrl::StrictMode);
        const QString path = url.path(QUrl::FullyDecoded);
        if (const auto given = answers.constFind(path); given != answers.cend())
            return {.headers = given->second, .body = given->first, .size = given->first.size(), .json = true};
        if (request.storage) {
            const auto found = files.find(path.mid(int(strlen("/storage/"))));
            return found == files.end() || !path.startsWith(u"/storage/") ? errorAnswer(404, {}, QStringLiteral("no such object")) : content(*found);
        }
        if (const auto plainFile = files.find(path); plainFile != files.end() && plainFile->owner.isEmpty()) return content(*plainFile);

        if (path == u"/api/models") return huggingFaceSearch(url);
        if (path == u"/api/v1/dolphin/models") return request.method == "PUT" ? modelScopeSearch(request.body) : errorAnswer(405, {}, QStringLiteral("PUT it"));
        const QStringList parts = path.split(u'/'); // "", "api", …
        const auto within = [&](int at) { return parts.value(at) + u'/' + parts.value(at + 1); };
        if (path.startsWith(u"/api/models/")) {
            const HostedRepository* repository = find(within(3));
            if (!repository) return errorAnswer(401, "RepoNotFound", QStringLiteral("Invalid username or password.")); // as the real one: it does not say what exists
            const QString rest = path.mid(int(strlen("/api/models/")) + int(repository->name.size()));
            if (rest.startsWith(u"/tree/"))
                if (auto no = refused(*repository, request)) return *no;
            return huggingFaceModel(*repository, rest, url);
        }
        if (path.startsWith(u"/api/v1/models/")) {
            const HostedRepository* repository = find(within(4));
            if (!repository) return errorAnswer(404, {}, QStringLiteral("the model does not exist"));
            if (auto no = refused(*repository, request)) return *no;
            const QUrlQuery query(url);
            const QString rest = path.mid(int(strlen("/api/v1/models/")) + int(repository->name.size()));
            if (rest == u"/repo/files") return modelScopeFiles(*repository, query);
            if (rest == u"/repo") return hostedFile(*repository, query.queryItemValue(QStringLiteral("FilePath"), QUrl::FullyDecoded));
            if (rest == u"/revisions")
                return modelScopeAnswer(QJsonObject{{QStringLiteral("RevisionMap"), QJsonObject{{QStringLiteral("Branches"), QJsonArray{QJsonObject{{QStringLiteral("Revision"), QStringLiteral("master")}}}},
                                                                                                {QStringLiteral("Tags"), QJsonArray()}}}});
            return modelScopeAnswer(QJsonObject{{QStringLiteral("Path"), repository->name.section(u'/', 0, 0)}, {QStringLiteral("Name"), repository->name.section(u'/', 1)},
                                                {QStringLiteral("License"), repository->license}, {QStringLiteral("Downloads"), repository->downloads},
                                                {QStringLiteral("Tags"), QJsonArray{QStringLiteral("gguf")}}});
        }
        const bool modelScopeWay = path.startsWith(u"/models/");
        const int at = modelScopeWay ? 2 : 1;
        if (parts.value(at + 2) == u"resolve") {
            const HostedRepository* repository = find(within(at));
            if (!repository) return errorAnswer(401, "RepoNotFound", QStringLiteral("Repository not found"));
            if (auto no = refused(*repository, request)) return *no;
            if (const QString revision = parts.value(at + 3); revision != u"main" && revision != u"master" && revision != repository->commit)
                return errorAnswer(404, "RevisionNotFound", QStringLiteral("Invalid rev id"));
            return hostedFile(*repository, parts.sliced(at + 4).join(u'/'));
        }
        return errorAnswer(404, {}, QStringLiteral("nothing is here"));
    }

    std::optional<Fault> takeFault(const SeenRequest& request)
    {
        for (qsizetype i = 0; i < faults.size(); ++i) {
            Fault& fault = faults[i];
            if (!fault.where.isEmpty() && !QString::fromLatin1(request.target).contains(fault.where)) continue;
            if (!fault.method.isEmpty() && request.method != fault.method) continue;
            if (fault.skip > 0) {
                --fault.skip;
                continue;
            }
            const Fault taken = fault;
            if (fault.times > 0 && --fault.times == 0) faults.removeAt(i);
            return taken;
        }
        return {};
    }

    void change(const QString& key)
    {
        const auto found = files.find(key);
        if (found == files.end()) return;
        ++found->changes;
        for (char& byte : found->file.content) byte = char(byte ^ 0x5a);
        found->sha256.clear();
        found->sha1.clear();
    }

    // ---- connections -------------------------------------------------------------------------------------------------------------------

    void serve(qintptr descriptor, bool storage)
    {
        QTcpSocket socket;
        if (!socket.setSocketDescriptor(descriptor)) return;
        socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        while (!stop.stop_requested() && socket.state() == QAbstractSocket::ConnectedState) {
            auto request = read(socket, storage);
            if (!request || !reply(socket, *request)) break;
        }
        if (!stop.stop_requested() && socket.state() == QAbstractSocket::ConnectedState) {
            socket.disconnectFromHost();
            if (socket.state() != QAbstractSocket::UnconnectedState) socket.waitForDisconnected(1000);
        }
    }

    std::optional<SeenRequest> read(QTcpSocket& socket, bool storage)
    {
        QByteArray received;
        const auto more = [&] {
            while (!stop.stop_requested()) {
                if (socket.bytesAvailable() > 0 || socket.waitForReadyRead(kTurn)) {
                    received += socket.readAll();
                    return true;
                }
                if (socket.state() != QAbstractSocket::ConnectedState) return false;
            }
            return false;
        };
        qsizetype end = -1;
        while ((end = received.indexOf("\r\n\r\n")) < 0)
            if (received.size() > kMostHead || !more()) return {};
        const QList<QByteArray> lines = received.left(end).split('\n');
        SeenRequest request{.method = lines[0].split(' ').value(0), .target = lines[0].split(' ').value(1), .headers = {}, .body = {}, .storage = storage};
        for (const QByteArray& line : lines.sliced(1))
            request.headers.insert(line.left(line.indexOf(':')).toLower(), line.mid(line.indexOf(':') + 1).trimmed());
        const qint64 length = request.headers.value("content-length").toLongLong();
        while (received.size() < end + 4 + length)
            if (received.size() > kMostHead || !more()) return {};
        request.body = received.mid(end + 4, length);
        return request;
    }

    // Writes and waits until the system has it; false: gone or stopped.
    bool write(QTcpSocket& socket, const QByteArray& bytes, qint64 most = 0)
    {
        if (socket.write(bytes) != bytes.size()) return false;
        while (socket.bytesToWrite() > most) {
            if (stop.stop_requested() || socket.state() != QAbstractSocket::ConnectedState) return false;
            socket.waitForBytesWritten(kTurn);
        }
        return true;
    }
    bool pause(QTcpSocket& socket, std::chrono::milliseconds wait)
    {
        const auto until = std::chrono::steady_clock::now() + wait;
        while (std::chrono::steady_clock::now() < until) {
            if (stop.stop_requested() || socket.state() != QAbstractSocket::ConnectedState) return false;
            socket.waitForReadyRead(int(std::min<qint64>(kTurn, 1 + std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count())));
        }
        return true;
    }

    struct Range {
        qint64 begin = 0, end = 0; // end: one past the last
    };
    static std::optional<Range> rangeOf(const QByteArray& header, qint64 size) // "bytes=0-", "bytes=5-9", "bytes=-3"
    {
        if (!header.startsWith("bytes=") || header.contains(',')) return {};
        const QByteArray text = header.mid(6);
        const qsizetype dash = text.indexOf('-');
        if (dash < 0) return {};
        if (dash == 0) return Range{std::max<qint64>(0, size - text.mid(1).toLongLong()), size};
        return Range{text.left(dash).toLongLong(), dash + 1 < text.size() ? std::min(size, text.mid(dash + 1).toLongLong() + 1) : size};
    }

    // false: the connection is at its end.
    bool reply(QTcpSocket& socket, const SeenRequest& request)
    {
        Answer answer;
        std::optional<Fault> fault;
        qint64 bytesPerSecond = 0;
        {
            const std::scoped_lock lock(mutex);
            seen.append(request);
            answer = answerTo(request);
            fault = takeFault(request);
            bytesPerSecond = speed;
        }
        const auto is = [&](Fault::Kind kind) { return fault && fault->kind == kind; };
        if (is(Fault::Silent)) return pause(socket, fault->wait) && false;
        if (is(Fault::Status)) {
            answer = errorAnswer(fault->status, {}, QStringLiteral("on order"));
            if (fault->seconds >= 0) answer.headers << "Retry-After: " + QByteArray::number(fault->seconds);
        }
        if (is(Fault::RedirectLoop)) {
            answer = {.status = 302};
            answer.headers << "Location: " + request.target.split('#').value(0) + (request.target.contains('?') ? "&" : "?") + "again";
            const std::scoped_lock lock(mutex);
            Fault endlessly = *fault;
            endlessly.times = -1;
            if (fault->times > 0) faults.prepend(endlessly);
        }
        if (is(Fault::Garbage)) {
            answer.body = answer.body.left(answer.body.size() / 2) + "\xff\xfe{{{";
            answer.size = answer.body.size();
        }

        Range range{0, answer.size};
        if (answer.status == 200 && !answer.json && !is(Fault::IgnoreRange) && request.headers.contains("range")) {
            const auto asked = rangeOf(request.headers.value("range"), answer.size);
            const QByteArray condition = request.headers.value("if-range");
            const bool same = condition.isEmpty() || std::ranges::any_of(answer.headers, [&](const QByteArray& h) { return h == "ETag: " + condition; });
            if (asked && same && (asked->begin >= answer.size || asked->begin >= asked->end)) {
                answer = errorAnswer(416, {}, QStringLiteral("range"));
                answer.headers << "Content-Range: bytes */" + QByteArray::number(range.end);
                range = {0, answer.size};
            } else if (asked && same) {
                range = *asked;
                if (is(Fault::WrongRange)) range.begin = std::min(range.begin + fault->after, range.end - 1);
                answer.status = 206;
                answer.headers << "Content-Range: bytes " + QByteArray::number(range.begin) + '-' + QByteArray::number(range.end - 1) + '/' + QByteArray::number(answer.size);
                if (is(Fault::LyingRange)) {
                    const qint64 shift = range.end + fault->after <= answer.size ? fault->after : -std::min(fault->after, range.begin);
                    range = {range.begin + shift, range.end + shift};
                }
            }
        }
        if (is(Fault::Truncate)) range.end = std::max(range.begin, range.end - fault->after);

        QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + " as ordered\r\n";
        for (const QByteArray& header : answer.headers) head += header + "\r\n";
        const bool chunked = is(Fault::Chunked), endless = is(Fault::Endless);
        const bool bodyless = request.method == "HEAD" || answer.status == 304;
        const bool closes = is(Fault::NoLength) || endless || request.headers.value("connection").toLower() == "close";
        if (chunked) head += "Transfer-Encoding: chunked\r\n";
        else if (!is(Fault::NoLength) && !endless) head += "Content-Length: " + QByteArray::number(range.end - range.begin) + "\r\n";
        if (closes) head += "Connection: close\r\n";
        head += "\r\n";
        if (is(Fault::Slow)) {
            if (!slowly(socket, head + (bodyless ? QByteArray() : answer.body.mid(range.begin, range.end - range.begin)), *fault)) return false;
            return !closes;
        }
        if (!write(socket, head)) return false;
        if (bodyless) return !closes;
        if (endless) {
            while (write(socket, QByteArray(1 << 16, ' '), kPiece)) sent += 1 << 16;
            return false;
        }
        const qint64 cut = is(Fault::Drop) || is(Fault::Change) || is(Fault::Stall) ? std::min(range.end, range.begin + fault->after) : range.end;
        if (!body(socket, answer, range.begin, cut, chunked, is(Fault::Corrupt) ? fault->after : -1, bytesPerSecond)) return false;
        if (is(Fault::Stall)) {
            if (!pause(socket, fault->wait) || !body(socket, answer, cut, range.end, chunked, -1, bytesPerSecond)) return false;
        }
        if (is(Fault::Change)) {
            const std::scoped_lock lock(mutex);
            change(answer.key);
        }
        if (is(Fault::Drop) || is(Fault::Change)) {
            socket.abort();
            return false;
        }
        if (chunked && !write(socket, "0\r\n\r\n")) return false;
        return !closes;
    }

    bool slowly(QTcpSocket& socket, const QByteArray& bytes, const Fault& fault)
    {
        const qint64 step = std::max<qint64>(1, fault.after);
        for (qint64 at = 0; at < bytes.size(); at += step)
            if (!write(socket, bytes.mid(at, step)) || !pause(socket, fault.wait)) return false;
        return true;
    }

    bool body(QTcpSocket& socket, const Answer& answer, qint64 begin, qint64 end, bool chunked, qint64 corrupt, qint64 bytesPerSecond)
    {
        QFile disk(answer.disk);
        const char* mapped = nullptr;
        if (!answer.disk.isEmpty()) {
            if (!disk.open(QIODevice::ReadOnly) || end > disk.size()) return false;
            mapped = reinterpret_cast<const char*>(disk.map(0, disk.size()));
            if (!mapped) return false;
        }
        const qint64 step = bytesPerSecond > 0 ? std::clamp<qint64>(bytesPerSecond / 50, 1, kPiece) : kPiece;
        for (qint64 at = begin; at < end; at += step) {
            const qint64 size = std::min(step, end - at);
            QByteArray piece = mapped ? QByteArray::fromRawData(mapped + at, size) : answer.body.mid(at, size);
            if (corrupt >= at && corrupt < at + size) piece[corrupt - at] = char(piece[corrupt - at] ^ 1);
            if (chunked) piece = QByteArray::number(size, 16) + "\r\n" + piece + "\r\n";
            if (!write(socket, piece, bytesPerSecond > 0 || at + step >= end ? 0 : kPiece)) return false;
            sent += size;
            if (bytesPerSecond > 0 && !pause(socket, std::chrono::milliseconds(1000 * size / bytesPerSecond))) return false;
        }
        return true;
    }
};

namespace {

// Hands each connection to a thread of its own.
class Listener : public QTcpServer {
public:
    explicit Listener(std::function<void(qintptr)> take) : m_take(std::move(take)) {}

protected:
    void incomingConnection(qintptr descriptor) override { m_take(descriptor); }

private:
    const std::function<void(qintptr)> m_take;
};

} // namespace

HubServer::HubServer() : m_work(std::make_unique<Work>())
{
    for (const bool storage : {false, true}) {
        std::promise<void> listening;
        std::jthread thread([this, storage, &listening] {
            Listener listener([this, storage](qintptr descriptor) {
                const std::scoped_lock lock(m_work->threadsMutex);
                m_work->threads.emplace_back([this, descriptor, storage] { m_work->serve(descriptor, storage); });
            });
            listener.setListenBacklogSize(64);
            if (storage && listener.listen(QHostAddress(QStringLiteral("127.0.0.2")))) m_work->storageHost = QStringLiteral("127.0.0.2");
            else listener.listen(QHostAddress::LocalHost);
            (storage ? m_work->storagePort : m_work->hubPort) = listener.serverPort();
            listening.set_value();
            while (!m_work->stop.stop_requested()) listener.waitForNewConnection(kTurn);
        });
        listening.get_future().wait();
        const std::scoped_lock lock(m_work->threadsMutex);
        m_work->threads.push_back(std::move(thread));
    }
}

HubServer::~HubServer()
{
    m_work->stop.request_stop();
    // The two listeners stand first and may still add connections while they end.
    for (int i = 0; i < 2; ++i) {
        std::jthread listener;
        {
            const std::scoped_lock lock(m_work->threadsMutex);
            listener = std::move(m_work->threads.front());
            m_work->threads.pop_front();
        }
        listener.join();
    }
    m_work->threads.clear(); // joins
}

QUrl HubServer::url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_work->hubPort)); }
QUrl HubServer::storageUrl() const { return QUrl(QStringLiteral("http://%1:%2").arg(m_work->storageHost).arg(m_work->storagePort)); }

QUrl HubServer::plain(const QString& path) const
{
    QUrl address = url();
    address.setPath(path);
    return address;
}

void HubServer::add(HostedRepository repository)
{
    const std::scoped_lock lock(m_work->mutex);
    for (const HostedFile& file : repository.files) m_work->files.insert(Work::keyOf(repository.name, file.path), Stored{.file = file, .owner = repository.name});
    if (HostedRepository* present = m_work->find(repository.name)) *present = std::move(repository);
    else m_work->repositories.append(std::move(repository));
}

void HubServer::addPlain(const QString& path, const QByteArray& content)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->files.insert(path, Stored{.file = {.path = path.mid(1), .content = content, .disk = {}}, .owner = {}});
}

void HubServer::addPlainFromDisk(const QString& path, const QString& file)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->files.insert(path, Stored{.file = {.path = path.mid(1), .content = {}, .disk = file}, .owner = {}});
}

void HubServer::answer(const QString& path, const QByteArray& body, const QList<QByteArray>& headers)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->answers.insert(path, {body, headers});
}

void HubServer::fault(Fault fault)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->faults.append(std::move(fault));
}

void HubServer::clearFaults()
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->faults.clear();
}

void HubServer::setPageSize(int entries)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->pageSize = entries;
}

void HubServer::setRedirects(bool on)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->redirects = on;
}

void HubServer::setBytesPerSecond(qint64 speed)
{
    const std::scoped_lock lock(m_work->mutex);
    m_work->speed = speed;
}

QList<SeenRequest> HubServer::requests() const
{
    const std::scoped_lock lock(m_work->mutex);
    return m_work->seen;
}

int HubServer::count(const QString& where, const QByteArray& method) const
{
    const auto all = requests();
    return int(std::ranges::count_if(all, [&](const SeenRequest& r) { return QString::fromLatin1(r.target).contains(where) && (method.isEmpty() || r.method == method); }));
}

qint64 HubServer::bytesSent() const { return m_work->sent; }

} // namespace corral::test
