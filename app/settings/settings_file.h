#pragma once
// What the user chose, as one JSON file that people may read and edit: $XDG_CONFIG_HOME/corral/settings.json.
//   {"all": {"temp": 0.7}, "models": {"/path/x.gguf": {"ctx": 4096}}, "recent": ["/path/x.gguf"], "folders": ["/path"],
//    "colorScheme": "dark", "server": {"port": 8088}}
// Written whole and atomically at every change; a file that is not JSON is kept beside as .bad and the defaults are used.
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace corral::app {

class SettingsFile {
public:
    explicit SettingsFile(const QString& file);
    static QString defaultFile();

    QJsonObject allModels() const;
    void setAllModels(const QJsonObject& layer);
    QJsonObject model(const QString& path) const;
    void setModel(const QString& path, const QJsonObject& layer); // an empty layer takes the entry out

    QStringList recentModels() const; // newest first
    void addRecentModel(const QString& path);
    void forgetRecentModel(const QString& path);
    void moveModel(const QString& from, const QString& to); // its file has another name now: what is known of it follows

    QStringList folders() const; // of the library, added by the user
    void setFolders(const QStringList& folders);

    QString path() const { return m_file; }
    QJsonObject object(const QString& key) const; // of a place of the window, which knows what is in it
    void setObject(const QString& key, const QJsonObject& value);
    QString text(const QString& key) const;
    void setText(const QString& key, const QString& value);

private:
    void write() const;

    QString m_file;
    QJsonObject m_root;
};

} // namespace corral::app
