#pragma once
// resources/starter.json: the one model Corral fetches by itself, pinned, and the settings that serve it.
#include <QJsonObject>
#include <QString>

namespace corral::app {

struct StarterManifest {
    QString name, file, sha256, license, package, version;
    qint64 size = 0;
    QJsonObject settings; // keys of setting_definitions

    static StarterManifest load();   // the shipped one
    static QString modelsFolder();   // $XDG_DATA_HOME/corral/models
    QString path() const;            // where its file is or will be
    bool isAt(const QString& modelPath) const; // that file is the starter, wherever it lies
};

} // namespace corral::app
