#include "app/settings/settings_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>

namespace corral::app {

static const QString kAll = QStringLiteral("all");
static const QString kModels = QStringLiteral("models");
static const QString kRecent = QStringLiteral("recent");
static const QString kFolders = QStringLiteral("folders");

QString SettingsFile::defaultFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/corral/settings.json");
}

SettingsFile::SettingsFile(const QString& file) : m_file(file)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly)) return;
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(in.readAll(), &error);
    if (error.error == QJsonParseError::NoError && document.isObject()) {
        m_root = document.object();
    } else {
        QFile::remove(file + QStringLiteral(".bad"));
        in.rename(file + QStringLiteral(".bad"));
    }
}

QJsonObject SettingsFile::allModels() const { return m_root[kAll].toObject(); }

void SettingsFile::setAllModels(const QJsonObject& layer)
{
    m_root[kAll] = layer;
    write();
}

QJsonObject SettingsFile::model(const QString& path) const { return m_root[kModels].toObject()[path].toObject(); }

void SettingsFile::setModel(const QString& path, const QJsonObject& layer)
{
    QJsonObject models = m_root[kModels].toObject();
    if (layer.isEmpty()) models.remove(path);
    else models[path] = layer;
    m_root[kModels] = models;
    write();
}

QStringList SettingsFile::recentModels() const
{
    QStringList paths;
    for (const auto& value : m_root[kRecent].toArray()) paths.append(value.toString());
    return paths;
}

void SettingsFile::addRecentModel(const QString& path)
{
    constexpr qsizetype kMost = 12;
    QStringList paths = recentModels();
    paths.removeAll(path);
    paths.prepend(path);
    m_root[kRecent] = QJsonArray::fromStringList(paths.first(qMin(paths.size(), kMost)));
    write();
}

void SettingsFile::forgetRecentModel(const QString& path)
{
    QStringList paths = recentModels();
    paths.removeAll(path);
    m_root[kRecent] = QJsonArray::fromStringList(paths);
    write();
}

void SettingsFile::moveModel(const QString& from, const QString& to)
{
    QStringList paths = recentModels();
    for (QString& path : paths) {
        if (path == from) path = to;
    }
    m_root[kRecent] = QJsonArray::fromStringList(paths);
    QJsonObject models = m_root[kModels].toObject();
    if (models.contains(from)) models[to] = models.take(from);
    m_root[kModels] = models;
    write();
}

QStringList SettingsFile::folders() const
{
    QStringList paths;
    for (const auto& value : m_root[kFolders].toArray()) paths.append(value.toString());
    return paths;
}

void SettingsFile::setFolders(const QStringList& folders)
{
    m_root[kFolders] = QJsonArray::fromStringList(folders);
    write();
}

QJsonObject SettingsFile::object(const QString& key) const { return m_root[key].toObject(); }

void SettingsFile::setObject(const QString& key, const QJsonObject& value)
{
    m_root[key] = value;
    write();
}

QString SettingsFile::text(const QString& key) const { return m_root[key].toString(); }

void SettingsFile::setText(const QString& key, const QString& value)
{
    m_root[key] = value;
    write();
}

void SettingsFile::write() const
{
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QSaveFile out(m_file);
    if (!out.open(QIODevice::WriteOnly)) return;
    out.write(QJsonDocument(m_root).toJson());
    out.commit();
}

} // namespace corral::app
