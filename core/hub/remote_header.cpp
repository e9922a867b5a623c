#include "core/hub/remote_header.h"

#include "core/hub/fetch.h"

#include <QFutureWatcher>
#include <QPromise>
#include <QRandomGenerator>
#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace corral::hub {

namespace {

using FilePtr = std::shared_ptr<const gguf::File>;

constexpr int kAtOnce = 4;        // shards
constexpr int kRetries = 4;       // of a shard, in a row without a new byte
constexpr int kFirstPause = 300;  // ms; doubles
constexpr int kPatience = 20'000; // ms without a byte
constexpr qint64 kGrowth = 8;     // most of a long header is the vocabulary, and few of those are longer than 8 MiB

struct Range {
    qint64 begin = 0, total = 0;
};
// "bytes 0-1048575/98362432"; none: it says something else.
std::optional<Range> contentRange(const QByteArray& text)
{
    const qsizetype blank = text.indexOf(' '), dash = text.indexOf('-'), slash = text.indexOf('/');
    if (!text.startsWith("bytes ") || dash < blank || slash < dash) return {};
    bool begins = false, ends = false;
    const Range range{text.mid(blank + 1, dash - blank - 1).toLongLong(&begins), text.mid(slash + 1).toLongLong(&ends)};
    if (!begins || !ends || range.begin < 0 || range.total <= 0) return {};
    return range;
}

// Reads the header of one file.
class ShardReader : public QObject {
public:
    ShardReader(QNetworkAccessManager& network, RemoteShard shard, QObject* owner, std::function<void(Result<FilePtr>)> then)
        : QObject(owner), m_network(network), m_shard(std::move(shard)), m_request(m_shard.request), m_size(m_shard.size), m_then(std::move(then))
    {
        more(kFirstPiece);
    }

private:
    void more(qint64 wanted)
    {
        m_wanted = wanted;
        FetchOrder order{.request = m_request, .most = m_ranges ? wanted - m_bytes.size() : wanted, .cutAtMost = true, .patience = kPatience};
        order.request.setRawHeader("Accept-Encoding", "identity");
        if (m_ranges) order.request.setRawHeader("Range", "bytes=" + QByteArray::number(m_bytes.size()) + '-' + QByteArray::number(wanted - 1));
        startFetch(m_network, std::move(order), this, [this](Result<Fetched> answer) { take(std::move(answer)); });
    }

    void take(Result<Fetched> answer)
    {
        constexpr int kOk = 200, kPartial = 206, kTimeout = 408, kTooMany = 429;
        if (!answer) return again(answer.error());
        const std::string host = answer->url.host().toStdString();
        const int status = answer->status;
        if (status == kPartial) {
            const auto range = contentRange(answer->header("Content-Range"));
            if (!range || range->begin != m_bytes.size()) return again({ErrorCode::Network, std::format("{} sends another part of the file than was asked for", host)});
            if (isAnother(*answer, range->total)) return restart(host);
            m_bytes += answer->body;
            m_size = range->total;
        } else if (status == kOk) { // it knows no ranges: everything from the beginning, as far as it is wanted
            const qint64 length = answer->header("Content-Length").toLongLong();
            if (isAnother(*answer, length > 0 ? length : m_size)) return restart(host);
            m_ranges = false;
            if (m_size < 0) m_size = length > 0 ? length : std::numeric_limits<qint64>::max();
            if (answer->body.size() < m_bytes.size()) return again({ErrorCode::Network, std::format("{} sends less of the file than before", host)});
            m_bytes = answer->body;
        } else if (status == kTimeout || status == kTooMany || status >= 500) {
            return again({ErrorCode::Network, std::format("{} cannot answer now (status {})", host, status)});
        } else if (m_request.url() != m_shard.request.url()) { // a signed address that has expired
            m_request = m_shard.request;
            return again({ErrorCode::Network, std::format("{} answers with status {}", host, status)});
        } else {
            constexpr int kUnauthorized = 401, kForbidden = 403, kNotFound = 404;
            if (status == kUnauthorized || status == kForbidden)
                return end(fail(ErrorCode::InvalidArgument, "{} shows this file only to those who give a valid access token and whom its owner has let in", host));
            return end(fail(status == kNotFound ? ErrorCode::NotFound : ErrorCode::Network, "{} answers with status {}", host, status));
        }
        m_etag = answer->header("ETag");
        if (m_bytes.size() > m_before) m_failures = 0;
        m_before = m_bytes.size();
        m_request = m_shard.request;
        if (!answer->credentials || answer->url != m_shard.request.url()) { // straight to where it lies, next time
            m_request.setUrl(answer->url);
            if (!answer->credentials)
                for (const char* header : {"Authorization", "Cookie"}) m_request.setRawHeader(header, QByteArray());
        }
        parse();
    }

    // Another file than the one the first pieces came from.
    bool isAnother(const Fetched& answer, qint64 size) const
    {
        if (m_bytes.isEmpty()) return m_shard.size >= 0 && size != m_shard.size;
        return (m_size >= 0 && size != m_size) || (!m_etag.isEmpty() && answer.header("ETag") != m_etag);
    }

    void restart(const std::string& host)
    {
        const bool hopeless = m_bytes.isEmpty();
        m_bytes.clear();
        m_before = 0;
        m_etag.clear();
        m_size = m_shard.size;
        m_request = m_shard.request;
        if (hopeless) return end(fail(ErrorCode::Network, "the file at {} has not the size that was announced", host));
        again({ErrorCode::Network, std::format("the file at {} changes while it is read", host)});
    }

    void again(Error error)
    {
        if (++m_failures > kRetries) return end(std::unexpected(std::move(error)));
        const double jitter = 0.75 + 0.5 * QRandomGenerator::global()->generateDouble();
        QTimer::singleShot(int((kFirstPause << (m_failures - 1)) * jitter), this, [this] { more(std::max(m_wanted, kFirstPiece)); });
    }

    void parse()
    {
        QtFuture::makeReadyValueFuture(m_bytes)
            .then(QThreadPool::globalInstance(), [size = m_size](const QByteArray& bytes) {
                return gguf::File::parseHeader(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))), std::uint64_t(size));
            })
            .then(this, [this](Result<gguf::File::Header> header) {
                if (!header) return end(std::unexpected(header.error()));
                if (header->file) return end(header->file);
                const qint64 have = m_bytes.size(), needed = qint64(std::min<std::uint64_t>(header->needed, std::numeric_limits<qint64>::max()));
                if (needed > kMostHeader || have >= kMostHeader)
                    return end(fail(ErrorCode::Unsupported, "the header of the file is larger than {} MiB", kMostHeader >> 20));
                if (have >= m_size) return end(fail(ErrorCode::Format, "the file ends in its header"));
                if (have < m_wanted) return again({ErrorCode::Network, std::format("{} sends less than was asked for", m_request.url().host().toStdString())});
                more(std::min({std::max(needed, have * kGrowth), kMostHeader, m_size}));
            });
    }

    void end(Result<FilePtr> file)
    {
        const auto then = std::exchange(m_then, {});
        deleteLater();
        if (then) then(std::move(file));
    }

    QNetworkAccessManager& m_network;
    const RemoteShard m_shard;
    QNetworkRequest m_request;
    qint64 m_size; // of the file; −1: not known
    std::function<void(Result<FilePtr>)> m_then;
    QByteArray m_bytes, m_etag;
    qint64 m_wanted = 0, m_before = 0;
    bool m_ranges = true;
    int m_failures = 0;
};

// Reads them all, some at a time, and joins them.
class HeaderReader : public QObject {
public:
    HeaderReader(QNetworkAccessManager& network, QList<RemoteShard> shards) : QObject(&network), m_network(network), m_shards(std::move(shards)), m_files(m_shards.size()) {}

    QFuture<Result<FilePtr>> begin()
    {
        m_promise.start();
        const auto future = m_promise.future();
        connect(&m_watcher, &QFutureWatcher<Result<FilePtr>>::canceled, this, &QObject::deleteLater);
        m_watcher.setFuture(future);
        if (m_shards.isEmpty()) end(fail(ErrorCode::InvalidArgument, "no file is named"));
        for (int i = 0; i < kAtOnce; ++i) next();
        return future;
    }

private:
    void next()
    {
        if (m_over || m_started >= m_shards.size()) return;
        const qsizetype index = m_started++;
        new ShardReader(m_network, m_shards[index], this, [this, index](Result<FilePtr> file) {
            if (m_over) return;
            if (!file) return end(std::unexpected(file.error()));
            m_files[std::size_t(index)] = *file;
            if (++m_done < m_shards.size()) return next();
            if (m_files.size() == 1) return end(m_files.front());
            QtFuture::makeReadyValueFuture(m_files)
                .then(QThreadPool::globalInstance(), [](const std::vector<FilePtr>& files) { return gguf::File::joinHeaders(files); })
                .then(this, [this](Result<FilePtr> joined) { end(std::move(joined)); });
        });
    }

    void end(Result<FilePtr> file)
    {
        if (std::exchange(m_over, true)) return;
        m_watcher.disconnect(this);
        m_promise.addResult(std::move(file));
        m_promise.finish();
        deleteLater(); // with the readers that are still at work
    }

    QNetworkAccessManager& m_network;
    const QList<RemoteShard> m_shards;
    std::vector<FilePtr> m_files;
    QPromise<Result<FilePtr>> m_promise;
    QFutureWatcher<Result<FilePtr>> m_watcher;
    qsizetype m_started = 0, m_done = 0;
    bool m_over = false;
};

} // namespace

QFuture<Result<FilePtr>> readRemoteHeader(QNetworkAccessManager& network, QList<RemoteShard> shards)
{
    return (new HeaderReader(network, std::move(shards)))->begin();
}

} // namespace corral::hub
