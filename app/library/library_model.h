#pragma once
// The models on this machine as a list: those of the library's folders, and those that other programs keep, which are only looked at. One row a model: all
// shards of one are one row. Folders are walked and headers read on a worker thread (LibraryIndex); rows come at once from what was known the last time.
//
// A model is named by its path (of its first file) in all verbs: rows move while the library is read.
#include "app/library/library_index.h"
#include "app/library/trash.h"
#include "app/shelf/model.h"

#include <QAbstractListModel>
#include <QHash>
#include <QQmlEngine>
#include <QThreadPool>
#include <QUrl>

#include <memory>

namespace corral::app {

class FileChecker;
class FolderListModel;

class LibraryModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `library`")

public:
    enum Check { Unchecked, Checking, Right, Wrong };
    Q_ENUM(Check)
    enum Role {
        UrlRole = Qt::UserRole + 1, // url: url. Of the first file: what opens the model
        PathRole,                   // path: string. What the verbs take
        NameRole,                   // name: string. As the model calls itself, else the file's name
        FileNameRole,               // fileName: string. Of the first file; in other programs' stores their name for it ("qwen3:8b")
        QuantizationRole,           // quantization: string. "Q4_K_M", "" if unknown
        ArchitectureRole,           // architecture: string. "llama"
        ParametersRole,             // parametersText: string. "1.5 billion", "" if unknown
        ParameterCountRole,         // parameters: real
        SizeRole,                   // size: real, bytes of all its files
        SizeTextRole,               // sizeText: string. "986 MB"
        SizeDetailRole,             // sizeDetail: string. "940 MiB", for a tooltip
        ContextRole,                // trainingContext: int, 0 if unknown
        LicenseRole,                // license: string
        FilesRole,                  // files: int. How many
        OriginRole,                 // origin: string, translated: "Models folder", "Ollama", a folder's path (section.property)
        OwnRole,                    // own: bool. In a folder of the library: may be renamed and deleted; others' are only read
        FitsRole,                   // fits: bool. Its weights are smaller than the memory that is free
        UsableRole,                 // usable: bool. false: problem says why
        ProblemRole,                // problem: string. "" or a sentence
        MissingRole,                // missing: list<string>. Names of shards that are not there
        CheckRole,                  // check: int, of Check
        CheckTextRole,              // checkText: string. "Checking… 42 %", "Every byte is right", what is wrong
        SelectedRole,               // selected: bool
    };
    Q_ENUM(Role)

private:
    Q_PROPERTY(int count READ count NOTIFY countChanged)                        // rows shown
    Q_PROPERTY(int total READ total NOTIFY countChanged)                        // models there are
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged) // words; of name, file, architecture, quantization, origin
    Q_PROPERTY(bool reading READ reading NOTIFY readingChanged)                 // folders or headers are still being read
    Q_PROPERTY(QString readingText READ readingText NOTIFY readingChanged)      // "Reading 12 of 340 models…"
    Q_PROPERTY(bool listed READ listed NOTIFY countChanged)                     // the folders were walked once: an empty list is empty
    Q_PROPERTY(QString selected READ selected WRITE select NOTIFY selectedChanged) // path of the model whose details are shown; "": none
    Q_PROPERTY(Check check READ check NOTIFY checkChanged)             // of the selected one
    Q_PROPERTY(QString checkText READ checkText NOTIFY checkChanged)
    Q_PROPERTY(corral::app::FolderListModel* folders READ folders CONSTANT)
    Q_PROPERTY(QUrl ownFolder READ ownFolder CONSTANT) // where downloads go
    // The disk that the library's own folder is on
    Q_PROPERTY(double diskModels READ diskModels NOTIFY diskChanged) // share 0 … 1 of the disk: models shown here
    Q_PROPERTY(double diskOther READ diskOther NOTIFY diskChanged)   // everything else on it
    Q_PROPERTY(QString diskText READ diskText NOTIFY diskChanged)    // "12 models take 34.5 GB · 120 GB free of 500 GB"
    Q_PROPERTY(QString diskDetail READ diskDetail NOTIFY diskChanged) // the same in GiB
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY canUndoChanged)      // the last model thrown away can be taken back

public:
    LibraryModel(LibraryIndex& index, QObject* parent = nullptr);
    ~LibraryModel() override;

    Q_INVOKABLE void refresh();                           // looks at all folders again (they are also watched)
    Q_INVOKABLE void rename(const QString& path, const QString& name); // of the file, without ending and shard number; failed() says why not
    Q_INVOKABLE QString nameToEdit(const QString& path) const;         // what rename() changes
    Q_INVOKABLE void moveToTrash(const QString& path);    // all its files; trashed() follows
    Q_INVOKABLE void undoTrash();
    Q_INVOKABLE void verify(const QString& path);         // reads every byte; its row tells how it goes
    Q_INVOKABLE void stopVerifying(const QString& path);
    Q_INVOKABLE void showInFolder(const QString& path) const;
    Q_INVOKABLE void addFolder(const QUrl& folder);
    Q_INVOKABLE void removeFolder(const QString& folder); // from the library; its files stay
    Q_INVOKABLE void select(const QString& path);
    Q_INVOKABLE int rowOf(const QString& path) const;     // −1: not shown

    int count() const { return int(m_rows.size()); }
    int total() const;
    QString search() const { return m_search; }
    void setSearch(const QString& text);
    bool reading() const;
    QString readingText() const;
    bool listed() const;
    QString selected() const { return m_selected; }
    Check check() const;
    QString checkText() const;
    FolderListModel* folders() { return m_folders.get(); }
    QUrl ownFolder() const;
    double diskModels() const;
    double diskOther() const;
    QString diskText() const;
    QString diskDetail() const;
    bool canUndo() const { return !m_trashed.empty(); }

    LibraryIndex::ModelPointer find(const QString& path) const { return m_index.find(path); } // by any of its files; null: not in the library

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void searchChanged();
    void readingChanged();
    void selectedChanged();
    void checkChanged();
    void diskChanged();
    void canUndoChanged();
    void trashed(const QString& name); // "Undo" may be offered
    void renamed(const QString& from, const QString& to); // paths
    void failed(const QString& sentence); // a verb did not succeed

private:
    struct CheckState {
        Check state = Unchecked;
        QString text;
        std::vector<shelf::File> files = {}; // that were checked: others under the same path are unchecked
    };
    void show();
    QList<LibraryIndex::ModelPointer> wanted() const; // found by the search, in their order
    QString originOf(const shelf::Model& model) const;
    QString problemOf(const shelf::Model& model) const;
    void changed(const QString& path, const QList<int>& roles);
    void setCheck(const QString& path, Check state, const QString& text); // of one that was begun and still means the files there
    void putCheck(const QString& path, const CheckState& check);
    void dropCheck(const QString& path);
    void dropStaleChecks();
    void refuseChanged(const shelf::Model& model); // looks at it anew and says so
    LibraryIndex::ModelPointer own(const QString& path); // null, and failed() was emitted: not ours to change

    LibraryIndex& m_index;
    std::unique_ptr<FolderListModel> m_folders;
    std::unique_ptr<FileChecker> m_checker;
    QList<LibraryIndex::ModelPointer> m_rows;
    QHash<QString, CheckState> m_checks; // by path
    QString m_search, m_selected;
    quint64 m_freeMemory = 0;
    TrashedFiles m_trashed; // the last time
    QThreadPool m_hands;    // what moves files
};

} // namespace corral::app
