#include "app/starter/starter_manifest.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>

namespace corral::app {

StarterManifest StarterManifest::load()
{
    QFile file(QStringLiteral(":/corral/starter.json"));
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    const QJsonObject json = opened ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    StarterManifest manifest;
    manifest.name = json[QStringLiteral("name")].toString();
    manifest.file = json[QStringLiteral("file")].toString();
    manifest.sha256 = json[QStringLiteral("sha256")].toString();
    manifest.license = json[QStringLiteral("license")].toString();
    manifest.package = json[QStringLiteral("package")].toString();
    manifest.version = json[QStringLiteral("version")].toString();
    manifest.size = json[QStringLiteral("size")].toInteger();
    manifest.settings = json[QStringLiteral("settings")].toObject();
    return manifest;
}

QString StarterManifest::modelsFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/corral/models");
}

QString StarterManifest::path() const { return modelsFolder() + u'/' + file; }

bool StarterManifest::isAt(const QString& modelPath) const { return QFileInfo(modelPath).fileName() == file; }

} // namespace corral::app
