#pragma once
// The models that can be chosen: recently used ones first, then the files of the models folder. Facts come from the files'
// headers, read on a worker thread; until then a row shows the file's name.
#include <QAbstractListModel>
#include <QQmlEngine>
#include <QUrl>

namespace corral::app {

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
    QString search() const;
    void setSearch(const QString& text);
    QString folder() const;
    bool reading() const;

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
};

} // namespace corral::app
