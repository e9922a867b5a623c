#include "core/hub/download.h"

#include "core/hub/fetch.h"
#include "core/hub/http_answer.h"
#include "core/hub/part_writer.h"

#include <QElapsedTimer>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace corral::hub {

namespace {

constexpr qint64 kManyFrom = 64 << 20;         // files that are worth several connections
constexpr qint64 kLeastPiece = 8 << 20, kMostPiece = 64 << 20; // asked for at once, where several connections share a file
constexpr qint64 kLeastShared = 1 << 20;       // less is not taken from a slow connection
constexpr qint64 kReadBuffer = 2 << 20;        // of a connection; together with kMostInFlight all the memory a download takes
constexpr qint64 kMostInFlight = 32 << 20;     // on the way to the disk
constexpr qint64 kProgress = 16 << 10;         // bytes that make a failed attempt count as one that brought something
constexpr int kMostRedirects = 10;
constexpr int kProgressEvery = 100;            // ms
constexpr int kTriesUnreached = 2;             // where nobody was ever reached
constexpr int kMostChanges = 3;                // times that a file without a sum may turn out to be another one
constexpr int kWrongRanges = 2;                // after so many, ranges are not asked for any more
constexpr double kJitter = 0.25;

} // namespace

struct Download::Work : QObject {
    struct Connection {
        QNetworkReply* reply = nullptr;
        qint64 pos = 0, end = -1;     // what is still to come; end −1: until the answer ends
        qint64 asked = -1;            // the end that was asked for
        bool accepted = false;        // the answer is the file's bytes from pos
        bool direct = false;          // asked where an earlier redirect had led to
        int redirects = 0;
        qint64 gained = 0;            // new bytes
        qint64 window = 0;            // bytes since windowStart
        QElapsedTimer windowStart;
    };

    Work(Download& owner, QNetworkAccessManager& net, DownloadOrder what, DownloadOptions how)
        : d(owner), network(net), order(std::move(what)), options(how),
          writer(std::make_unique<PartWriter>([this] { QMetaObject::invokeMethod(this, &Work::takeNews, Qt::QueuedConnection); }))
    {
        pause.setSingleShot(true);
        connect(&pause, &QTimer::timeout, this, &Work::pump);
        connect(&tick, &QTimer::timeout, this, &Work::dropStalled);
        progress.setSingleShot(true);
        connect(&progress, &QTimer::timeout, this, [this] { emit d.progressChanged(); });
    }
    ~Work() override
    {
        dropAll();
        PartWriter::letGo(std::move(writer)); // a slow disk is nothing to wait for here
    }

    bool active() const { return state == State::Connecting || state == State::Running || state == State::Waiting; }
    bool hasSum() const { return !order.sha256.isEmpty() || !order.gitSha1.isEmpty(); }

    void transition(State next)
    {
        if (next == state) return;
        state = next;
        if (active()) {
            if (!tick.isActive()) tick.start(int(std::clamp<qint64>(options.patience.count() / 4, 20, 1000)));
        } else {
            tick.stop();
            pause.stop();
        }
        emit d.stateChanged();
        emit d.progressChanged();
    }
    void showProgress()
    {
        if (!progress.isActive()) progress.start(kProgressEvery);
    }
    void end(const DownloadFailure& why)
    {
        dropAll();
        failure = why;
        writer->close();
        transition(State::Failed);
    }

    PartOrder part() const
    {
        return {.path = order.path, .url = order.request.url().toString(QUrl::FullyEncoded), .size = order.size, .sha256 = order.sha256, .gitSha1 = order.gitSha1, .lockPatience = options.lockPatience};
    }

    // ---- verbs

    void start()
    {
        if (state != State::Idle && state != State::Paused && state != State::Failed) return;
        failure = {};
        failures = wrongRanges = wrongSums = fewer = changes = 0;
        reached = opened = false;
        direct.clear();
        rangesServed = true;
        size = order.size;
        etag.clear();
        have.clear();
        inFlight -= writer->take().written; // what an earlier start brought is no news of this one
        writer->open(part());
        transition(State::Connecting);
    }
    void stop()
    {
        if (!active() && state != State::Verifying) return;
        dropAll();
        writer->close();
        transition(State::Paused);
    }
    void cancel()
    {
        if (state == State::Done) return;
        dropAll();
        writer->remove(part());
        have.clear();
        transition(State::Idle);
    }

    // ---- the disk's side

    void takeNews()
    {
        const auto news = writer->take();
        inFlight -= news.written;
        if (news.failure && (active() || state == State::Verifying)) {
            DownloadFailure why = *news.failure;
            why.host = order.request.url().host();
            return end(why);
        }
        if (news.opened && active() && !opened) {
            opened = true;
            have = news.opened->there;
            if (size < 0) size = news.opened->size;
            etag = news.opened->etag;
            if (!hasSum()) order.sha256 = news.opened->sha256; // told by the server in an earlier run
            if (news.opened->whole) {
                have.add({0, size});
                return transition(State::Done);
            }
            pump();
        }
        if (news.wrongSum && state == State::Verifying) {
            have.clear();
            etag.clear();
            if (++wrongSums > 1) {
                failure = {.fault = DownloadFault::WrongSum, .host = order.request.url().host()};
                writer->remove(part());
                return transition(State::Failed);
            }
            writer->setFacts({.size = size});
            direct.clear();
            transition(State::Connecting);
            pump();
        }
        if (news.finished && state == State::Verifying) return transition(State::Done);
        if (inFlight <= kMostInFlight / 2) { // room again
            const auto waiting = connections; // taking bytes may end connections
            for (Connection* connection : waiting)
                if (std::ranges::contains(connections, connection)) takeBytes(*connection);
        }
    }

    // ---- which bytes are asked for by whom

    int allowed() const
    {
        if (!reached || !rangesServed || size < kManyFrom) return 1;
        return std::max(1, options.connections - fewer);
    }
    qint64 pieceSize() const
    {
        if (options.connections <= 1 || size < kManyFrom) return size;
        return std::clamp(size / (4 * options.connections), kLeastPiece, kMostPiece);
    }
    // Bytes that are not there and that nobody fetches; from a slow connection, half of what it still has to bring.
    std::optional<ByteRange> nextRange()
    {
        if (size < 0) return connections.empty() ? std::optional(ByteRange{have.front(), -1}) : std::nullopt;
        ByteRanges taken = have;
        for (const Connection* connection : connections) taken.add({connection->pos, connection->end < 0 ? size : connection->end});
        if (auto missing = taken.firstMissing({0, size})) {
            missing->end = std::min(missing->end, missing->begin + pieceSize());
            return missing;
        }
        const auto slowest = std::ranges::max_element(connections, {}, [](const Connection* connection) { return connection->end - connection->pos; });
        if (slowest == connections.end() || !(*slowest)->accepted || (*slowest)->end - (*slowest)->pos < 2 * kLeastShared) return std::nullopt;
        Connection& shared = **slowest;
        const ByteRange half{(shared.pos + shared.end) / 2, shared.end};
        shared.end = half.begin;
        return half;
    }
    void pump()
    {
        if (!active() || !opened || pause.isActive()) return;
        if (size >= 0 && have.total() >= size) {
            dropAll();
            writer->finish();
            return transition(State::Verifying);
        }
        while (int(connections.size()) < allowed()) {
            const auto range = nextRange();
            if (!range) break;
            auto* connection = new Connection{.pos = range->begin, .end = range->end, .asked = range->end};
            connections.push_back(connection);
            ask(*connection, direct.isEmpty() ? order.request.url() : direct);
        }
        if (state == State::Waiting) transition(State::Connecting);
    }
    void ask(Connection& connection, const QUrl& url)
    {
        QNetworkRequest request(order.request);
        const QUrl home = order.request.url();
        connection.direct = url != home;
        if (!sameOrigin(url, home)) { // credentials are for the host they were given to
            request.setRawHeader("Authorization", {});
            request.setRawHeader("Cookie", {});
        }
        request.setUrl(url);
        request.setRawHeader("Accept-Encoding", "identity"); // ranges count the file's own bytes
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // several connections are meant to be several
        request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual); // what a server sets must not take a token's place
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        if (wrongRanges < kWrongRanges) {
            request.setRawHeader("Range", "bytes=" + QByteArray::number(connection.pos) + '-' + (connection.end < 0 ? QByteArray() : QByteArray::number(connection.end - 1)));
        } else {
            connection.pos = 0;
            connection.end = connection.asked = size;
        }
        connection.accepted = false;
        connection.window = 0;
        connection.windowStart.start();
        QNetworkReply* reply = network.get(request);
        reply->setReadBufferSize(kReadBuffer);
        connection.reply = reply;
        connect(reply, &QNetworkReply::metaDataChanged, this, [this, &connection] { takeHead(connection); });
        connect(reply, &QNetworkReply::readyRead, this, [this, &connection] { takeBytes(connection); });
        connect(reply, &QNetworkReply::finished, this, [this, &connection] { ended(connection); });
    }
    void release(Connection& connection)
    {
        connection.reply->disconnect(this);
        if (!connection.reply->isFinished()) connection.reply->abort();
        connection.reply->deleteLater();
        connection.reply = nullptr;
    }
    void drop(Connection& connection)
    {
        release(connection);
        std::erase(connections, &connection);
        delete &connection;
    }
    void dropAll()
    {
        while (!connections.empty()) drop(*connections.back());
    }

    // ---- answers

    void takeHead(Connection& connection)
    {
        if (connection.accepted) return;
        const HttpAnswer answer = answerOf(*connection.reply);
        if (answer.status != 200 && answer.status != 206) return; // ended() sees to it
        const auto wrong = [&](const QString& what) { return fails(connection, {.fault = DownloadFault::WrongAnswer, .status = answer.status, .host = connection.reply->url().host(), .detail = what}); };
        if (answer.packed) return wrong(QStringLiteral("the file is packed"));
        if (answer.status == 206 && (!answer.range || answer.range->begin != connection.pos || answer.range->size() <= 0)) {
            ++wrongRanges;
            return wrong(QStringLiteral("not the range that was asked for"));
        }
        reached = true;
        const bool changed = !hasSum() && !etag.isEmpty() && !answer.etag.isEmpty() && answer.etag != etag;
        const bool otherSize = size >= 0 && answer.total >= 0 && answer.total != size;
        if (otherSize && (hasSum() || order.size >= 0)) return wrong(QStringLiteral("the file has %1 bytes instead of %2").arg(answer.total).arg(size));
        if (changed || otherSize) return beginAnew(connection);
        if (answer.status == 200 && have.total() > 0) { // everything again, from the beginning
            const bool same = hasSum() || (!etag.isEmpty() && answer.etag == etag);
            if (!same) {
                have.clear();
                writer->restart();
            }
        }
        if (size < 0) size = answer.total;
        if (!answer.etag.isEmpty()) etag = answer.etag;
        writer->setFacts({.size = size, .etag = etag});
        connection.accepted = true;
        if (answer.status == 200) {
            rangesServed = false;
            const auto others = connections;
            for (Connection* other : others)
                if (other != &connection) drop(*other); // one brings everything
            connection.pos = 0;
            connection.end = connection.asked = size;
        } else {
            rangesServed = true;
            wrongRanges = 0;
            if (connection.end < 0) connection.end = connection.asked = answer.range->end;
            else if (answer.range->end > connection.end) connection.asked = -1; // it brings more than it was asked for: it is left at the piece's end
            else connection.end = answer.range->end;
        }
        transition(State::Running);
        pump(); // now others may help
    }
    // The file is another one now: without a sum to tell, nothing that came is worth anything.
    void beginAnew(Connection& connection)
    {
        have.clear();
        size = order.size;
        etag.clear();
        writer->restart();
        const QString host = connection.reply->url().host();
        const auto others = connections;
        for (Connection* other : others)
            if (other != &connection) drop(*other);
        connection.gained = 0;
        const DownloadFailure why{.fault = DownloadFault::Changed, .host = host};
        if (++changes > kMostChanges) return end(why);
        fewer = options.connections - 1; // servers that disagree are asked one at a time
        fails(connection, why);
    }
    void takeBytes(Connection& connection, bool toTheEnd = false)
    {
        if (!connection.accepted) return;
        while (connection.reply->bytesAvailable() > 0 && (toTheEnd || inFlight < kMostInFlight)) {
            QByteArray bytes = connection.reply->read(connection.reply->bytesAvailable());
            if (bytes.isEmpty()) return;
            connection.window += bytes.size();
            if (connection.end >= 0 && connection.pos + bytes.size() > connection.end) bytes.truncate(std::max<qint64>(0, connection.end - connection.pos));
            keep(connection, bytes);
            connection.pos += bytes.size();
            if (connection.end >= 0 && connection.pos >= connection.end) {
                if (have.total() < size && connection.end == connection.asked && !connection.reply->isFinished() && connection.reply->bytesAvailable() == 0) return; // it ends by itself, and can be used again
                if (toTheEnd) return; // ended() goes on
                drop(connection);
                return pump();
            }
        }
    }
    void keep(Connection& connection, const QByteArray& bytes)
    {
        const ByteRange all{connection.pos, connection.pos + bytes.size()};
        ByteRange rest = all;
        while (const auto missing = have.firstMissing(rest)) { // a server without ranges brings what is there, too
            rest.begin = missing->end;
            const QByteArray piece = *missing == all ? bytes : bytes.sliced(missing->begin - all.begin, missing->size());
            have.add(*missing);
            inFlight += piece.size();
            connection.gained += piece.size();
            writer->write(missing->begin, piece);
        }
        if (connection.gained >= kProgress) failures = 0;
        showProgress();
    }
    void ended(Connection& connection)
    {
        QNetworkReply& reply = *connection.reply;
        const HttpAnswer answer = answerOf(reply);
        if (answer.redirect()) return redirected(connection, answer);
        if (!connection.accepted) takeHead(connection); // a body of no bytes
        if (!std::ranges::contains(connections, &connection)) return;
        takeBytes(connection, true);
        if (connection.accepted && connection.end < 0 && reply.error() == QNetworkReply::NoError) { // its end is the file's
            size = connection.pos;
            writer->setFacts({.size = size});
            connection.end = size;
        }
        if (connection.accepted && connection.end >= 0 && connection.pos >= connection.end) {
            if (connection.gained > 0) failures = 0;
            drop(connection);
            return pump();
        }
        if (answer.status == 416) return noSuchRange(connection, answer);
        fails(connection, failureOf(reply, answer), answer.retryAfter);
    }
    // Nothing behind what is there: it is everything, or belongs to another file.
    void noSuchRange(Connection& connection, const HttpAnswer& answer)
    {
        if (size < 0 && answer.total > 0 && have.front() == answer.total) {
            size = answer.total;
            writer->setFacts({.size = size});
            drop(connection);
            return pump();
        }
        if (hasSum() && size >= 0) { // what is there will be told by its sum
            ++wrongRanges;
            return fails(connection, {.fault = DownloadFault::WrongAnswer, .status = answer.status, .host = connection.reply->url().host(), .detail = QStringLiteral("not the range that was asked for")});
        }
        beginAnew(connection);
    }
    void redirected(Connection& connection, const HttpAnswer& answer)
    {
        const QUrl from = connection.reply->url(), to = answer.location;
        const auto stops = [&](DownloadFault fault) { end({.fault = fault, .status = answer.status, .host = from.host()}); };
        if (++connection.redirects > kMostRedirects) return stops(DownloadFault::TooManyRedirects);
        if (!to.isValid() || to.host().isEmpty() || (to.scheme() != QLatin1String("https") && to.scheme() != QLatin1String("http"))) {
            return fails(connection, {.fault = DownloadFault::WrongAnswer, .status = answer.status, .host = from.host(), .detail = QStringLiteral("it leads nowhere")});
        }
        if (from.scheme() == QLatin1String("https") && to.scheme() == QLatin1String("http") && !options.allowInsecureRedirect) return stops(DownloadFault::Insecure);
        if (!answer.linkedSha256.isEmpty() && !sumGiven && answer.linkedSha256 != order.sha256) takeSum(answer);
        direct = to;
        release(connection);
        ask(connection, to);
    }
    // The hub tells the file's sum and size with the way to it.
    void takeSum(const HttpAnswer& answer)
    {
        if (!order.sha256.isEmpty()) { // of another file
            have.clear();
            writer->restart();
        }
        order.sha256 = answer.linkedSha256;
        if (answer.linkedSize >= 0) size = answer.linkedSize;
        writer->setFacts({.size = size, .sha256 = order.sha256});
    }

    // ---- faults

    void fails(Connection& connection, const DownloadFailure& why, int retryAfterSeconds = 0)
    {
        const bool fromDirect = connection.direct && why.status >= 400 && why.status < 500; // a signed address has expired
        const bool busy = why.fault == DownloadFault::Busy && connections.size() > 1;
        drop(connection);
        if (fromDirect) direct.clear();
        else if (!passes(why)) return end(why);
        if (busy) fewer = std::min(fewer + 1, options.connections - 1);
        ++failures;
        const int most = reached || why.fault != DownloadFault::Unreachable ? options.retries : std::min(options.retries, kTriesUnreached);
        if (failures > most && connections.empty()) return end(why);
        failure = why;
        const double doubled = double(options.firstPause.count()) * double(qint64(1) << std::min(failures - 1, 20));
        const double jitter = 1 + kJitter * (2 * QRandomGenerator::global()->generateDouble() - 1);
        const double wanted = std::max(doubled * jitter, retryAfterSeconds * 1000.0);
        pause.start(int(std::min(wanted, double(options.mostPause.count()))));
        if (connections.empty()) transition(State::Waiting);
    }
    void dropStalled()
    {
        const auto all = connections;
        for (Connection* connection : all) {
            if (!std::ranges::contains(connections, connection)) continue;
            if (inFlight >= kMostInFlight || connection->reply->bytesAvailable() >= kReadBuffer) { // the disk is what takes its time
                connection->window = 0;
                connection->windowStart.start();
                continue;
            }
            if (connection->windowStart.elapsed() < options.patience.count()) continue;
            if (connection->window >= options.patience.count()) { // one byte a millisecond
                connection->window = 0;
                connection->windowStart.start();
                continue;
            }
            fails(*connection, {.fault = DownloadFault::Stalled, .host = connection->reply->url().host()});
        }
    }

    Download& d;
    QNetworkAccessManager& network;
    DownloadOrder order;
    const bool sumGiven = hasSum();
    const DownloadOptions options;
    State state = State::Idle;
    DownloadFailure failure;

    qint64 size = -1;
    QByteArray etag;
    ByteRanges have;          // on the disk or on the way to it
    qint64 inFlight = 0;      // bytes on the way to it
    bool opened = false;      // the part
    bool reached = false;     // the server has begun to send the file
    bool rangesServed = true; // as far as is known
    QUrl direct;              // where redirects led to; empty: ask from the beginning
    int failures = 0, wrongRanges = 0, wrongSums = 0, changes = 0;
    int fewer = 0;            // connections than allowed: the server wants it so
    std::vector<Connection*> connections;
    QTimer pause, tick, progress;
    std::unique_ptr<PartWriter> writer;
};

Download::Download(QNetworkAccessManager& network, DownloadOrder order, DownloadOptions options, QObject* parent)
    : QObject(parent), m_work(std::make_unique<Work>(*this, network, std::move(order), options))
{
}
Download::~Download() = default;

void Download::start() { m_work->start(); }
void Download::pause() { m_work->stop(); }
void Download::cancel() { m_work->cancel(); }
Download::State Download::state() const { return m_work->state; }
qint64 Download::received() const { return m_work->have.total(); }
qint64 Download::total() const { return m_work->size; }
DownloadFailure Download::failure() const { return m_work->failure; }
QByteArray Download::sha256() const { return m_work->order.sha256; }
int Download::attempt() const { return m_work->failures; }

} // namespace corral::hub
