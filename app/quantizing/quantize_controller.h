#pragma once
// The Quantize place: which model lies on the bench, what is to be made of it, and under what name. Opening and planning happen on a worker
// thread and read headers only; the work itself goes to the queue.
//
//   Empty —open→ Reading → Ready | Failed        (any state —open→ Reading; close() → Empty)
#include "app/quantizing/job_list_model.h"
#include "app/quantizing/quality_report.h"
#include "app/quantizing/quantize_options.h"
#include "app/quantizing/target_list_model.h"
#include "app/quantizing/tensor_list_model.h"

#include <QObject>
#include <QQmlEngine>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

namespace corral::app {

class QuantizeController : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `quantize`")

public:
    enum State { Empty, Reading, Ready, Failed };
    Q_ENUM(State)
    enum Task { Quantize, Merge, Split, Contents };
    Q_ENUM(Task)
    enum SplitBy { BySize, ByTensors };
    Q_ENUM(SplitBy)

private:
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(Task task READ task WRITE setTask NOTIFY taskChanged)
    // The model
    Q_PROPERTY(QString name READ name NOTIFY stateChanged)
    Q_PROPERTY(QString fileName READ fileName NOTIFY stateChanged)
    Q_PROPERTY(QString path READ path NOTIFY stateChanged)
    Q_PROPERTY(QString facts READ facts NOTIFY stateChanged)           // "qwen2 · 1.5 billion · F16 · 3.1 GB · 3 files"
    Q_PROPERTY(QString sizeDetail READ sizeDetail NOTIFY stateChanged) // "2.9 GiB"
    Q_PROPERTY(bool isFolder READ isFolder NOTIFY stateChanged)        // a checkpoint: Quantize converts
    Q_PROPERTY(bool canMerge READ canMerge NOTIFY stateChanged)        // it has shards
    Q_PROPERTY(QStringList parts READ parts NOTIFY stateChanged)       // their names
    Q_PROPERTY(bool canSplit READ canSplit NOTIFY stateChanged)
    Q_PROPERTY(bool needsPermission READ needsPermission NOTIFY planChanged) // it is quantized already, and nobody has said that it may be again
    Q_PROPERTY(QStringList following READ following NOTIFY followingChanged) // names of files that were dropped with it and come next
    // What will be made of it
    Q_PROPERTY(corral::app::TargetListModel* targets READ targets CONSTANT)
    Q_PROPERTY(corral::app::QuantizeOptions* options READ options CONSTANT)
    Q_PROPERTY(corral::app::TensorListModel* contents READ contents CONSTANT)
    Q_PROPERTY(corral::app::JobListModel* jobs READ jobs CONSTANT)
    Q_PROPERTY(corral::app::QualityReport* report READ report CONSTANT)
    Q_PROPERTY(bool planning READ planning NOTIFY planChanged)
    Q_PROPERTY(QString recommendation READ recommendation NOTIFY planChanged) // "Q4_K_M: the usual choice …"
    Q_PROPERTY(QString summary READ summary NOTIFY planChanged)       // "Q4_K_M · 986 MB · 4.85 bits per weight"
    Q_PROPERTY(QString optionsProblem READ optionsProblem NOTIFY planChanged) // an advanced field that cannot be read
    Q_PROPERTY(SplitBy splitBy READ splitBy WRITE setSplitBy NOTIFY planChanged)
    Q_PROPERTY(double splitGigabytes READ splitGigabytes WRITE setSplitGigabytes NOTIFY planChanged)
    Q_PROPERTY(int splitTensors READ splitTensors WRITE setSplitTensors NOTIFY planChanged)
    Q_PROPERTY(QString outputName READ outputName WRITE setOutputName NOTIFY planChanged) // the file's name, or the prefix of several
    Q_PROPERTY(QString outputFolder READ outputFolder NOTIFY planChanged)
    Q_PROPERTY(QUrl outputUrl READ outputUrl NOTIFY planChanged) // for the dialog
    Q_PROPERTY(QString outputNote READ outputNote NOTIFY planChanged)    // "A file of this name is there and will be replaced."
    Q_PROPERTY(QString startProblem READ startProblem NOTIFY planChanged) // why it cannot be started; "": it can
    Q_PROPERTY(bool canStart READ canStart NOTIFY planChanged)
    Q_PROPERTY(QString startText READ startText NOTIFY planChanged)      // the big button: "Quantize", "Convert", "Merge", "Split"
    // Failed
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY stateChanged)
    // What a crash left behind
    Q_PROPERTY(QString leftovers READ leftovers NOTIFY leftoversChanged) // a sentence; "": nothing

public:
    QuantizeController(const Workshop& workshop, const QString& recordsFile, QObject* parent = nullptr);
    ~QuantizeController() override;

    // Files or a folder, from a drop, the dialog or the list of models. Shards of one model count as one; several models come one after another.
    Q_INVOKABLE void open(const QList<QUrl>& urls);
    Q_INVOKABLE void close();
    // What can be done with dropped things, for the window's drop targets.
    Q_INVOKABLE bool isModel(const QList<QUrl>& urls) const;      // some .gguf file
    Q_INVOKABLE bool isCheckpoint(const QList<QUrl>& urls) const; // a Hugging Face folder, or a .safetensors file
    Q_INVOKABLE void setOutput(const QUrl& file); // from the dialog
    Q_INVOKABLE void start();
    Q_INVOKABLE void deleteLeftovers();
    Q_INVOKABLE void keepLeftovers();

    State state() const { return m_state; }
    Task task() const { return m_task; }
    void setTask(Task task);
    QString name() const;
    QString fileName() const;
    QString path() const;
    QString facts() const;
    QString sizeDetail() const;
    bool isFolder() const;
    bool canMerge() const;
    QStringList parts() const;
    bool canSplit() const;
    bool needsPermission() const;
    QStringList following() const;
    TargetListModel* targets() { return &m_targets; }
    QuantizeOptions* options() { return &m_options; }
    TensorListModel* contents() { return &m_contents; }
    JobListModel* jobs() { return &m_jobs; }
    QualityReport* report() { return &m_report; }
    QuantizeQueue& queue() { return m_queue; }
    bool planning() const { return m_planning > 0; }
    QString recommendation() const;
    QString summary() const;
    QString optionsProblem() const { return m_optionsProblem; }
    SplitBy splitBy() const { return m_splitBy; }
    void setSplitBy(SplitBy by);
    double splitGigabytes() const { return m_splitGigabytes; }
    void setSplitGigabytes(double gigabytes);
    int splitTensors() const { return m_splitTensors; }
    void setSplitTensors(int tensors);
    QString outputName() const;
    void setOutputName(const QString& name);
    QString outputFolder() const;
    QUrl outputUrl() const;
    QString outputNote() const;
    QString startProblem() const;
    bool canStart() const { return m_state == Ready && m_task != Contents && startProblem().isEmpty(); }
    QString startText() const;
    QString errorText() const { return m_errorText; }
    QString errorDetail() const { return m_errorDetail; }
    QString leftovers() const;

signals:
    void stateChanged();
    void taskChanged();
    void followingChanged();
    void planChanged();
    void leftoversChanged();
    void chatWanted(const QUrl& file); // to be connected to the model picker

private:
    void setState(State state);
    void openPath(const QString& path);
    void take(Result<SourceModel> model, const QString& path);
    void plan();
    void showLosses();
    JobOrder order() const;
    QString proposedOutput() const; // a path
    QString output() const;         // a path: the user's, else the proposed one
    bool severalFiles() const;      // the output is a prefix

    const Workshop m_workshop;
    WorkshopRecords m_records;
    QuantizeQueue m_queue;
    TargetListModel m_targets;
    QuantizeOptions m_options;
    TensorListModel m_contents;
    JobListModel m_jobs;
    QualityReport m_report;
    State m_state = Empty;
    Task m_task = Quantize;
    std::shared_ptr<const SourceModel> m_model;
    QStringList m_following; // paths
    QString m_folder, m_output; // the user's choices; empty: as proposed
    QString m_errorText, m_errorDetail, m_optionsProblem;
    SplitBy m_splitBy = BySize;
    double m_splitGigabytes = 2;
    int m_splitTensors = 128;
    quint64 m_generation = 0; // answers of an older question are not heard
    int m_planning = 0;
    QTimer m_replan;
    QThreadPool m_worker;
};

} // namespace corral::app
