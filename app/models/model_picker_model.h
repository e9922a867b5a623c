#pragma once
// The models that can be chosen: recently used ones first, then the files of the models folder. Facts come from the files'
// headers, read on a worker thread; until then a row shows the file's name.
#include "app/starter/starter_manifest.h"
#include "core/base/error.h"

#include <QAbstractListModel>
#include <QDateTime>
#include <QFileSystemWatcher>
#include <QHash>
#include <QQmlEngine>
#include <QThreadPool>
#include <QUrl>

#include <filesystem>
#include <functional>
#include <memory>

namespace corral::engine {
struct ModelInfo;
}

namespace corral::app {

class SettingsFile;

class ModelPickerModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `models`")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
    Q_PROPERTY(QString folder READ folder CONSTANT) // the models folder, for showing
    Q_PROPERTY(bool reading READ reading NOTIFY readingChanged) // headers are still being read

public:
    enum Role {
        UrlRole = Qt::UserRole + 1, // url: url
        NameRole,                   // name: string. As the model calls itself, else the file's name
        FileNameRole,               // fileName: string
        QuantizationRole,           // quantization: string. "Q4_1", "" if unknown
        ArchitectureRole,           // architecture: string. "llama"
        SizeTextRole,               // sizeText: string. "98.4 MB"
        SizeDetailRole,             // sizeDetail: string. "93.8 MiB", for a tooltip
        ParametersRole,             // parametersText: string. "135 million", "" if unknown
        ContextRole,                // trainingContext: int, 0 if unknown
        LicenseRole,                // license: string
        SectionRole,                // section: string, translated: "Recent", "Models folder" (section.property)
        StarterRole,                // starter: bool
        FitsRole,                   // fits: bool. The file is smaller than the memory that is free
        UsableRole,                 // usable: bool. false: greyed out, problem says why
        ProblemRole,                // problem: string. "" or a sentence ("The architecture “mamba” is not supported yet.")
        CurrentRole,                // current: bool. Loaded, or being loaded
    };
    Q_ENUM(Role)

    using Inspect = std::function<Result<engine::ModelInfo>(const std::filesystem::path&)>; // called on a worker thread
    ModelPickerModel(SettingsFile& settings, QString folder, StarterManifest starter, Inspect inspect, QObject* parent = nullptr);
    ~ModelPickerModel() override;

    // A row was clicked: chosen() follows if it can be used.
    Q_INVOKABLE void choose(int row);
    // A file from the dialog, a drop or the command line: chosen() or refused().
    Q_INVOKABLE void openFile(const QUrl& file);
    // Takes a model out of the recent ones; the file stays.
    Q_INVOKABLE void forget(int row);
    Q_INVOKABLE void openFolder(); // in the file manager; makes it if it is not there
    // Looks at the folder again (it is also watched).
    Q_INVOKABLE void refresh();

    int count() const { return rowCount(); }
    QString search() const { return m_search; }
    void setSearch(const QString& text);
    QString folder() const { return m_folder; }
    bool reading() const { return m_reading > 0; }
    // The model in use ("": none), which becomes the most recent one.
    void setCurrent(const QString& path);
    // The one to open when the program starts: the most recent that is still there, else the starter if it is there, else "".
    QString preferred() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void searchChanged();
    void readingChanged();
    // Already connected to ChatController::loadModel: the window need only close its picker.
    void chosen(const QUrl& file);
    // Why a file cannot be opened, as a sentence to show.
    void refused(const QString& reason);

private:
    struct File {
        QString path;
        bool recent = false;
    };
    struct Facts { // of one file, as long as its size and time stay the same
        qint64 size = 0;
        QDateTime changed;
        std::shared_ptr<const engine::ModelInfo> info; // not yet read, or unreadable: null
        QString problem;
    };

    QList<File> list() const;
    void show(const QList<File>& files);
    void read(const QString& path);
    void take(const QString& path, const Facts& facts);
    const Facts& factsOf(const QString& path) const;
    QString nameOf(const QString& path) const;

    SettingsFile& m_settings;
    const QString m_folder;
    const StarterManifest m_starter;
    const Inspect m_inspect;
    QList<File> m_rows;
    QHash<QString, Facts> m_facts;
    QString m_search, m_current;
    quint64 m_freeMemory = 0;
    int m_reading = 0;
    QFileSystemWatcher m_watcher;
    QThreadPool m_worker;
};

} // namespace corral::app
