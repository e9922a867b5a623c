#include "app/library/trash.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

namespace corral::app {

namespace {

// The note that the trash keeps beside a file (freedesktop.org's trash specification): Trash/files/NAME → Trash/info/NAME.trashinfo.
QString noteOf(const QString& trashed)
{
    const QFileInfo info(trashed);
    return QFileInfo(info.absolutePath()).absolutePath() + QStringLiteral("/info/") + info.fileName() + QStringLiteral(".trashinfo");
}

Result<void> takeBackOne(const TrashedFile& file)
{
    if (QFileInfo(file.from).exists() || QFileInfo(file.from).isSymLink()) return fail(ErrorCode::Io, "{} is there already", file.from.toStdString());
    QFile trashed(file.to);
    if (!trashed.rename(file.from)) return fail(ErrorCode::Io, "{}: {}", file.to.toStdString(), trashed.errorString().toStdString());
    QFile::remove(noteOf(file.to));
    return {};
}

} // namespace

Result<TrashedFiles> moveToTrash(const std::vector<std::filesystem::path>& files)
{
    QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)); // Qt does not make it
    for (const auto& path : files)
        if (std::filesystem::path(QString::fromStdString(path.string()).toStdString()) != path)
            return fail(ErrorCode::InvalidArgument, "its name is not valid text");
    TrashedFiles trashed;
    for (const auto& path : files) {
        const QString from = QString::fromStdString(path.string());
        QFile file(from);
        if (file.moveToTrash()) {
            trashed.push_back({from, file.fileName()});
            continue;
        }
        for (const TrashedFile& back : trashed) (void)takeBackOne(back); // all or none
        return fail(ErrorCode::Io, "{}: {}", path.filename().string(), file.errorString().toStdString());
    }
    return trashed;
}

Result<void> takeBack(const TrashedFiles& files)
{
    for (const TrashedFile& file : files)
        if (auto back = takeBackOne(file); !back) return back;
    return {};
}

} // namespace corral::app
