#pragma once
// Everything about one model: what its list row does not have room for. What is known already is shown at once, the rest when the header was read on a
// worker thread.
//
//   None —show→ Reading → Ready | Failed        (any state —show→ Reading; show({}) → None)
#include "app/library/library_index.h"
#include "app/library/metadata_list_model.h"
#include "app/quantizing/tensor_list_model.h"

#include <QObject>
#include <QQmlEngine>
#include <QThreadPool>
#include <QVariantList>

namespace corral::app {

class LibraryModel;

class ModelDetails : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `details`")

public:
    enum State { None, Reading, Ready, Failed };
    Q_ENUM(State)

private:
    Q_PROPERTY(State state READ state NOTIFY changed)
    Q_PROPERTY(QString path READ path NOTIFY changed)
    Q_PROPERTY(QString title READ title NOTIFY changed)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed) // "qwen2 · 1.5 billion · Q4_K_M · 986 MB"
    Q_PROPERTY(bool own READ own NOTIFY changed)
    Q_PROPERTY(QString origin READ origin NOTIFY changed)     // "Ollama"
    Q_PROPERTY(bool usable READ usable NOTIFY changed)
    Q_PROPERTY(QString problem READ problem NOTIFY changed)
    Q_PROPERTY(QStringList missing READ missing NOTIFY changed)
    Q_PROPERTY(QVariantList overview READ overview NOTIFY changed) // of {label, value, link}; link: a web address or ""
    Q_PROPERTY(QVariantList files READ files NOTIFY changed)       // of {name, sizeText, path}
    Q_PROPERTY(corral::app::MetadataListModel* metadata READ metadata CONSTANT)
    Q_PROPERTY(corral::app::TensorListModel* tensors READ tensors CONSTANT)
    Q_PROPERTY(QString chatTemplate READ chatTemplate NOTIFY changed) // "": it has none
    Q_PROPERTY(QString example READ example NOTIFY changed)           // what the template makes of a short conversation
    Q_PROPERTY(QString exampleProblem READ exampleProblem NOTIFY changed)
    Q_PROPERTY(QString errorText READ errorText NOTIFY changed)

public:
    ModelDetails(LibraryModel& library, const LibraryIndex& index, const Workshop& workshop, QObject* parent = nullptr);
    ~ModelDetails() override;

    State state() const { return m_state; }
    QString path() const { return m_path; }
    QString title() const;
    QString subtitle() const;
    bool own() const { return m_model && m_model->own; }
    QString origin() const { return rowText("origin"); }
    bool usable() const { return problem().isEmpty(); }
    QString problem() const { return rowText("problem"); }
    QStringList missing() const;
    QVariantList overview() const;
    QVariantList files() const;
    MetadataListModel* metadata() { return &m_metadata; }
    TensorListModel* tensors() { return &m_tensors; }
    QString chatTemplate() const { return m_template; }
    QString example() const { return m_example; }
    QString exampleProblem() const { return m_exampleProblem; }
    QString errorText() const { return m_errorText; }

signals:
    void changed();

private:
    struct Read;
    void show(const QString& path);
    void take(const Read& read);
    QString rowText(const char* role) const; // as the list says it

    LibraryModel& m_library;
    const LibraryIndex& m_index;
    const Workshop m_workshop;
    MetadataListModel m_metadata;
    TensorListModel m_tensors;
    State m_state = None;
    QString m_path;
    LibraryIndex::ModelPointer m_model;
    std::shared_ptr<const SourceModel> m_source;
    QString m_cameFrom; // the hub's name for it
    QString m_template, m_example, m_exampleProblem, m_errorText;
    quint64 m_generation = 0; // answers of an older question are not heard
    QThreadPool m_worker;
};

} // namespace corral::app
