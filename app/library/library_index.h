#pragma once
// Knows all models of the library's folders and keeps that knowledge fresh: folders are walked, headers read and the cache kept on a worker thread; folders
// that change are walked again. What the cache knows comes first, so that thousands of files are there in a moment.
#include "app/shelf/facts_cache.h"
#include "app/shelf/model.h"

#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QHash>
#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace corral::app {

class SettingsFile;

class LibraryIndex : public QObject {
    Q_OBJECT

public:
    using ModelPointer = std::shared_ptr<const shelf::Model>;
    struct Options {
        QString ownFolder;                                         // comes first; made when something is put there
        std::function<std::vector<shelf::Folder>()> otherPrograms; // only read; asked on the worker thread at each walk; empty: none
        QString cacheFile;                                         // empty: nothing is kept
        QString sumsFile;
        shelf::Inspect inspect;                                    // called on the worker thread
    };
    static Options defaultOptions(const QString& ownFolder, shelf::Inspect inspect);

    LibraryIndex(SettingsFile& settings, Options options, QObject* parent = nullptr);
    ~LibraryIndex() override;

    void refresh(); // at once; ends a walk at work
    // Files that were renamed by us: known at once, before the next walk.
    void moved(const std::vector<std::pair<std::filesystem::path, std::filesystem::path>>& fromTo);
    // Folders that the user adds; kept in the settings.
    QStringList addedFolders() const;
    void addFolder(const QString& folder);
    void removeFolder(const QString& folder);

    const std::vector<shelf::Folder>& folders() const { return m_folders; } // in their order; other programs' as the last walk found them
    const std::vector<ModelPointer>& models() const { return m_models; }    // by path
    ModelPointer find(const QString& path) const;                           // by any of its files; null: not there
    QString problemOf(const QString& folder) const;                         // why a folder cannot be read; "": it can
    const Options& options() const { return m_options; }
    struct Disk { // that the own folder lies on, or will
        double total = 0, free = 0, models = 0; // bytes; models: of those that are known
    };
    Disk disk() const { return m_disk; } // at the last walk
    bool listed() const { return m_listed; }
    bool reading() const { return m_walking || m_toRead > 0; }
    int toRead() const { return m_toRead; } // headers, of the walk at work
    int read() const { return m_read; }

signals:
    void modelsChanged();  // other models, or other facts of them
    void foldersChanged();
    void readingChanged();

private:
    struct Walked;
    std::vector<shelf::Folder> usersFolders() const;
    void changeAdded(const QStringList& added);
    void folderChanged(); // by anybody
    void walk();
    void walkEnded();
    void setModels(std::vector<ModelPointer> models);
    void takeWalked(quint64 generation, std::shared_ptr<Walked> walked);
    void takeFacts(quint64 generation, const std::vector<ModelPointer>& models, int read);
    void watch(const QStringList& directories);

    SettingsFile& m_settings;
    const Options m_options;
    std::vector<shelf::Folder> m_folders; // the user's, then other programs'
    std::vector<ModelPointer> m_models;
    QHash<QString, std::size_t> m_byFile;
    QHash<QString, QString> m_problems;
    Disk m_disk;
    bool m_listed = false, m_walking = false;
    bool m_stale = false; // a folder changed during the walk
    int m_toRead = 0, m_read = 0;
    std::atomic<quint64> m_generation = 0; // work of an older one ends
    QFileSystemWatcher m_watcher;
    QTimer m_again;                   // changes come in bursts
    QElapsedTimer m_sinceOwnAccord;   // since the end of the last walk that nobody asked for; invalid: somebody asked for the last one
    QThreadPool m_worker;
};

} // namespace corral::app
