#include "core/hub/part_file.h"

#include "core/base/system_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStorageInfo>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

namespace corral::hub {

constexpr qint64 kPiece = 4 << 20;        // hashed at once
constexpr qint64 kReserve = 16 << 20;     // bytes of free space left to others
constexpr qint64 kLookEvery = 64 << 20;   // of a file whose size is not known: whether there is room still
constexpr qint64 kMostState = 1 << 20;    // of the state file
constexpr int kSpareShare = 20;           // 1/20 more than needed must be free
constexpr std::chrono::milliseconds kLockPause{20};

static std::filesystem::path native(const QString& path) { return std::filesystem::path(path.toStdU16String()); }

QString PartFile::partName() const { return m_order.path + QStringLiteral(".part"); }
QString PartFile::stateName() const { return m_order.path + QStringLiteral(".part.json"); }

DownloadFailure PartFile::diskFailure() const
{
    if (errno == ENOSPC || errno == EDQUOT) {
        const QStorageInfo disk(QFileInfo(m_order.path).absolutePath());
        return {.fault = DownloadFault::NoSpace, .needed = m_order.size < 0 ? 0 : m_order.size - m_there.total(), .free = disk.bytesAvailable()};
    }
    return {.fault = DownloadFault::Disk, .detail = QString::fromStdString(std::generic_category().message(errno))};
}

// The sum of a file that is there: whether it is the announced one. None: no sum was announced.
static std::optional<bool> sumIsRight(const QString& path, const PartOrder& order, std::stop_token stop)
{
    QFile file(path);
    if (!order.hasSum() || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    Sha256 sha256;
    QCryptographicHash git(QCryptographicHash::Sha1);
    git.addData("blob " + QByteArray::number(file.size()) + '\0');
    QByteArray piece(kPiece, Qt::Uninitialized);
    for (qint64 got = 0; (got = file.read(piece.data(), kPiece)) > 0;) {
        if (stop.stop_requested()) return false;
        const QByteArrayView bytes = QByteArrayView(piece).first(got);
        if (order.sha256.isEmpty()) git.addData(bytes);
        else sha256.add(std::as_bytes(std::span(bytes.data(), std::size_t(bytes.size()))));
    }
    return order.sha256.isEmpty() ? git.result().toHex() == order.gitSha1 : QByteArray::fromStdString(sha256.hex()) == order.sha256;
}

Outcome<std::unique_ptr<PartFile>> PartFile::open(PartOrder order, std::stop_token stop)
{
    std::unique_ptr<PartFile> part(new PartFile);
    part->m_order = std::move(order);
    const PartOrder& wanted = part->m_order;
    if (const QDir folder = QFileInfo(wanted.path).dir(); !folder.mkpath(QStringLiteral("."))) {
        return std::unexpected(DownloadFailure{.fault = DownloadFault::Disk, .detail = QStringLiteral("the folder %1 cannot be made").arg(folder.path())});
    }
    if (auto ok = part->lookForWhole(stop); !ok) return std::unexpected(ok.error());
    if (part->m_whole) return part;
    part->m_descriptor = part->lock(stop);
    if (part->m_descriptor < 0) {
        if (errno == EWOULDBLOCK) return std::unexpected(DownloadFailure{.fault = DownloadFault::Locked, .detail = QFileInfo(wanted.path).fileName()});
        return std::unexpected(part->diskFailure());
    }
    if (auto ok = part->lookForWhole(stop); !ok || part->m_whole) { // whoever held the lock has brought it
        part->remove();
        return ok.transform([&] { return std::move(part); });
    }
    if (!part->takeUp()) {
        if (auto ok = part->restart(); !ok) return std::unexpected(ok.error());
    }
    if (wanted.size >= 0) {
        if (auto ok = part->makeRoom(); !ok) return std::unexpected(ok.error());
    }
    return part;
}

Outcome<void> PartFile::lookForWhole(std::stop_token stop)
{
    const QFileInfo target(m_order.path);
    if (!target.exists()) return {};
    m_whole = target.isFile() && target.size() == m_order.size && sumIsRight(m_order.path, m_order, stop).value_or(true);
    if (!m_whole) return std::unexpected(DownloadFailure{.fault = DownloadFault::Occupied, .detail = target.fileName()});
    return {};
}

int PartFile::lock(std::stop_token stop) const
{
    const auto deadline = std::chrono::steady_clock::now() + m_order.lockPatience;
    for (;;) {
        const int descriptor = system_file::openLocked(native(partName()), system_file::Content::Kept);
        if (descriptor >= 0 || errno != EWOULDBLOCK || stop.stop_requested() || std::chrono::steady_clock::now() >= deadline) return descriptor;
        std::this_thread::sleep_for(kLockPause);
    }
}

PartFile::~PartFile()
{
    if (m_descriptor < 0) return;
    if (m_dirty) (void)save(); // what cannot be saved is fetched again
    system_file::close(m_descriptor);
}

bool PartFile::takeUp()
{
    QFile file(stateName());
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMostState) return false;
    const QJsonObject state = QJsonDocument::fromJson(file.readAll()).object();
    const qint64 size = state[QStringLiteral("size")].toInteger(-1);
    const QByteArray sha256 = state[QStringLiteral("sha256")].toString().toLatin1();
    const bool sameSum = !m_order.sha256.isEmpty() && sha256 == m_order.sha256; // from whatever address
    const bool sameAddress = m_order.sha256.isEmpty() && state[QStringLiteral("url")].toString() == m_order.url;
    if (!sameSum && !sameAddress) return false;
    if (m_order.size >= 0 && size >= 0 && size != m_order.size) return false;
    const qint64 length = QFileInfo(partName()).size();
    for (const auto& value : state[QStringLiteral("ranges")].toArray()) {
        const QJsonArray pair = value.toArray();
        const ByteRange range{pair.at(0).toInteger(-1), pair.at(1).toInteger(-1)};
        if (range.begin < 0 || range.end <= range.begin || range.end > length || (size >= 0 && range.end > size)) return false;
        m_there.add(range);
    }
    if (m_order.size < 0) m_order.size = size;
    if (!m_order.hasSum()) m_order.sha256 = sha256;
    m_etag = state[QStringLiteral("etag")].toString().toLatin1();
    return true;
}

Outcome<void> PartFile::makeRoom()
{
    const QFileInfo there(partName());
    const std::int64_t taken = system_file::allocated(m_descriptor);
    const qint64 missing = m_order.size - std::min<qint64>(std::max<std::int64_t>(taken, m_there.total()), m_order.size);
    const QStorageInfo disk(there.absolutePath());
    const qint64 needed = missing == 0 ? 0 : missing + std::min(missing / kSpareShare, kReserve * kSpareShare) + kReserve;
    if (disk.isValid() && disk.bytesAvailable() < needed) {
        return std::unexpected(DownloadFailure{.fault = DownloadFault::NoSpace, .needed = needed, .free = disk.bytesAvailable()});
    }
    if (system_file::reserve(m_descriptor, std::uint64_t(m_order.size)) != 0) return std::unexpected(diskFailure());
    m_roomMade = true;
    return {};
}

Outcome<void> PartFile::setFacts(const PartFacts& facts)
{
    if (!facts.etag.isEmpty()) m_etag = facts.etag;
    if (!facts.sha256.isEmpty()) m_order.sha256 = facts.sha256;
    const bool same = facts.size < 0 || (facts.size == m_order.size && m_roomMade);
    if (facts.size >= 0) m_order.size = facts.size;
    return same ? Outcome<void>() : makeRoom();
}

Outcome<void> PartFile::write(qint64 offset, const QByteArray& bytes)
{
    const auto span = std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
    if (m_order.size < 0 && offset / kLookEvery != (offset + bytes.size()) / kLookEvery) { // an answer without an end must not fill the disk
        const QStorageInfo disk(QFileInfo(m_order.path).absolutePath());
        if (disk.isValid() && disk.bytesAvailable() < kReserve) return std::unexpected(DownloadFailure{.fault = DownloadFault::NoSpace, .needed = kReserve, .free = disk.bytesAvailable()});
    }
    if (system_file::writeAt(m_descriptor, span, std::uint64_t(offset)) != 0) return std::unexpected(diskFailure());
    m_there.add({offset, offset + bytes.size()});
    m_dirty = true;
    if (offset == m_hashed && !m_order.sha256.isEmpty()) { // while it is at hand
        if (!m_sha256) m_sha256.emplace();
        m_sha256->add(span);
        m_hashed += bytes.size();
    }
    return {};
}

Outcome<bool> PartFile::hashSome()
{
    const qint64 end = m_there.front();
    const bool git = m_order.sha256.isEmpty();
    if (!m_order.hasSum() || m_hashed >= end || (git && m_order.size < 0)) return false;
    if (m_hashed == 0) {
        if (git) {
            m_gitSha1.emplace(QCryptographicHash::Sha1);
            m_gitSha1->addData("blob " + QByteArray::number(m_order.size) + '\0');
        } else {
            m_sha256.emplace();
        }
    }
    m_buffer.resize(kPiece);
    const auto piece = std::span(m_buffer).first(std::size_t(std::min(kPiece, end - m_hashed)));
    const std::int64_t got = system_file::readAt(m_descriptor, piece, std::uint64_t(m_hashed));
    if (got <= 0) {
        if (got == 0) errno = EIO; // shorter than what was written to it
        return std::unexpected(diskFailure());
    }
    const auto read = piece.first(std::size_t(got));
    if (git) m_gitSha1->addData(QByteArrayView(reinterpret_cast<const char*>(read.data()), got));
    else m_sha256->add(read);
    m_hashed += got;
    return true;
}

Outcome<void> PartFile::save()
{
    if (system_file::sync(m_descriptor) != 0) return std::unexpected(diskFailure());
    QJsonArray ranges;
    for (const ByteRange& range : m_there.all()) ranges.append(QJsonArray{range.begin, range.end});
    const QJsonObject state{{QStringLiteral("url"), m_order.url},
                            {QStringLiteral("size"), m_order.size},
                            {QStringLiteral("etag"), QString::fromLatin1(m_etag)},
                            {QStringLiteral("sha256"), QString::fromLatin1(m_order.sha256)},
                            {QStringLiteral("ranges"), ranges}};
    QSaveFile file(stateName());
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(state).toJson(QJsonDocument::Compact)) < 0 || !file.commit()) {
        return std::unexpected(DownloadFailure{.fault = DownloadFault::Disk, .detail = file.errorString()});
    }
    m_dirty = false;
    return {};
}

std::optional<bool> PartFile::rightSum()
{
    if (!m_order.sha256.isEmpty()) return QByteArray::fromStdString((m_sha256 ? *m_sha256 : Sha256()).hex()) == m_order.sha256;
    if (m_order.gitSha1.isEmpty()) return std::nullopt;
    if (!m_gitSha1) { // an empty file
        m_gitSha1.emplace(QCryptographicHash::Sha1);
        m_gitSha1->addData(QByteArray("blob 0\0", 7));
    }
    return m_gitSha1->result().toHex() == m_order.gitSha1;
}

Outcome<bool> PartFile::finish()
{
    if (rightSum() == false) return false;
    if (system_file::resize(m_descriptor, std::uint64_t(m_order.size)) != 0 || system_file::sync(m_descriptor) != 0) return std::unexpected(diskFailure());
    if (QFileInfo::exists(m_order.path)) { // somebody was quicker
        return std::unexpected(DownloadFailure{.fault = DownloadFault::Occupied, .detail = QFileInfo(m_order.path).fileName()});
    }
    system_file::close(std::exchange(m_descriptor, -1)); // an open file cannot be renamed everywhere
    m_dirty = false;
    std::error_code error;
    std::filesystem::rename(native(partName()), native(m_order.path), error);
    if (error) return std::unexpected(DownloadFailure{.fault = DownloadFault::Disk, .detail = QString::fromStdString(error.message())});
    system_file::syncFolderOf(native(m_order.path));
    QFile::remove(stateName());
    return true;
}

Outcome<void> PartFile::restart()
{
    m_there.clear();
    m_etag.clear();
    m_sha256.reset();
    m_gitSha1.reset();
    m_hashed = 0;
    m_dirty = m_roomMade = false;
    QFile::remove(stateName()); // first: a part without a state counts for nothing
    if (system_file::resize(m_descriptor, 0) != 0) return std::unexpected(diskFailure());
    return {};
}

void PartFile::remove()
{
    QFile::remove(stateName());
    if (m_descriptor >= 0) system_file::remove(std::exchange(m_descriptor, -1), native(partName()));
    m_dirty = false;
}

void PartFile::discard(const PartOrder& order)
{
    PartFile part;
    part.m_order = order;
    if (!QFileInfo::exists(part.partName())) {
        QFile::remove(part.stateName());
        return;
    }
    part.m_descriptor = part.lock({});
    if (part.m_descriptor >= 0) part.remove(); // else another program is at it
}

} // namespace corral::hub
