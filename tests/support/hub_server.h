#pragma once
// A hub on this machine: speaks what Corral uses of Hugging Face's and ModelScope's APIs, serves files with ranges, ETags, sums and redirects to a "storage" of
// its own address, and breaks whatever it is told to break. Runs on threads of its own, one a connection: neither the test nor a program under test has to
// turn an event loop for it.
//
//   HubServer hub;
//   hub.add({.name = "someone/tiny-GGUF", .files = {{.path = "tiny.Q4_0.gguf", .content = bytes}}});
//   hub.fault({.kind = Fault::Drop, .where = "storage", .times = 3, .after = 100'000});
//   HubSettings{.huggingFace = {hub.url()}, .modelScope = {hub.url()}}
#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QUrl>

#include <chrono>
#include <memory>

namespace corral::test {

struct HostedFile {
    QString path;
    QByteArray content = {};
    QString disk = {};      // instead of content: a file of this machine (large ones)
    bool lfs = true;        // listed with its sha256 and redirected to the storage; small files: git's sha1, served in place
    QByteArray sha256 = {}; // as listed; empty: the true one ("none": none is listed)
};

struct HostedRepository {
    QString name; // "owner/name"
    QList<HostedFile> files = {};
    QString commit = QStringLiteral("0123456789abcdef0123456789abcdef01234567");
    QString token = {};    // needed to read files and listings; empty: public
    bool accepted = true;  // false: gated, and the token's owner has not been let in (403)
    bool gated = false;    // as listed
    qint64 downloads = 0, likes = 0, parameters = 0, context = 0;
    QString license = QStringLiteral("apache-2.0"), architecture = QStringLiteral("llama");
    QString changed = QStringLiteral("2026-10-01T12:00:00.000Z");
};

struct Fault {
    enum Kind {
        Status,       // answers `status` (with Retry-After, if `seconds` ≥ 0)
        Drop,         // cuts the connection after `after` bytes of the body
        Silent,       // takes the request and says nothing
        Stall,        // says nothing more after `after` bytes of the body, for `wait`
        Slow,         // `after` bytes at a time, `wait` between them, the head too
        Truncate,     // a complete answer with `after` bytes less than asked for
        IgnoreRange,  // 200 and everything
        WrongRange,   // 206 with a range that begins `after` bytes later than asked for
        LyingRange,   // 206, Content-Range as asked for, the bytes from `after` later on
        NoLength,     // without Content-Length, ends with the connection
        Chunked,      // in chunks, without Content-Length
        Corrupt,      // the byte at `after` of the file is wrong
        Change,       // `after` bytes of the body, cut; from then on the file is another one, with another ETag
        RedirectLoop, // to itself, for ever
        Garbage,      // half of the body, then what no parser takes; whole for HTTP
        Endless,      // a body that never ends
    };
    Kind kind = Status;
    QString where = {}; // part of the target ("/resolve/", "storage", "tree"); empty: every request
    QByteArray method = {}; // "GET", "HEAD"; empty: every
    int times = 1;      // so many requests; −1: all
    int skip = 0;       // after so many that were answered well
    qint64 after = 0;
    int status = 503;
    int seconds = -1;
    std::chrono::milliseconds wait{600'000};
};

struct SeenRequest {
    QByteArray method, target; // target: path and query as sent
    QHash<QByteArray, QByteArray> headers; // names in lower case
    QByteArray body;
    bool storage = false; // which of the two addresses
};

class HubServer {
public:
    HubServer();
    ~HubServer();
    HubServer(const HubServer&) = delete;
    HubServer& operator=(const HubServer&) = delete;

    QUrl url() const;        // of both hubs
    QUrl storageUrl() const; // where files are redirected to: another host (127.0.0.2) where the machine has it, else another port
    QUrl plain(const QString& path) const; // of a file added with addPlain()

    void add(HostedRepository repository); // replaces one of the same name
    void addPlain(const QString& path, const QByteArray& content); // "/files/x.gguf": at the hub's address, no API
    void addPlainFromDisk(const QString& path, const QString& file);
    void answer(const QString& path, const QByteArray& body, const QList<QByteArray>& headers = {}); // exactly this, whatever the query
    void fault(Fault fault); // the first that matches is used; several may wait
    void clearFaults();
    void setPageSize(int entries); // of listings and searches; 1000 and what is asked for otherwise
    void setRedirects(bool on);    // false: LFS files are served in place as well
    void setBytesPerSecond(qint64 speed); // of each connection; 0: as fast as it goes

    QList<SeenRequest> requests() const;
    int count(const QString& where, const QByteArray& method = {}) const; // requests whose target contains it
    qint64 bytesSent() const;

private:
    struct Work;
    std::unique_ptr<Work> m_work;
};

} // namespace corral::test
