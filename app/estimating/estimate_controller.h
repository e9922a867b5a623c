#pragma once
// The Memory place: what is estimated, under which choices, and what comes of it. Headers are read on a worker thread; an account is
// computed here, on every change.
//
//   Empty —openFile, readHub→ Reading → Ready | Failed        (source Parameters: always Ready)
#include "app/estimating/estimate_bar.h"
#include "app/estimating/estimate_choices.h"
#include "app/estimating/estimate_reader.h"
#include "app/estimating/fit_list_model.h"
#include "app/quantizing/target_table.h"
#include "core/memory/account.h"
#include "core/memory/rules.h"

#include <QObject>
#include <QQmlEngine>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <memory>
#include <optional>
#include <vector>

namespace corral::app {

class EstimateController : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `estimate`")

public:
    enum Source { Library, Hub, Parameters };
    Q_ENUM(Source)
    enum State { Empty, Reading, Ready, Failed };
    Q_ENUM(State)
    enum Task { Inference, Training, Deployment };
    Q_ENUM(Task)

private:
    // What is estimated
    Q_PROPERTY(Source source READ source WRITE setSource NOTIFY stateChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(QString name READ name NOTIFY stateChanged)
    Q_PROPERTY(QString facts READ facts NOTIFY stateChanged)  // "llama · 135 million · 98.4 MB"
    Q_PROPERTY(QUrl file READ file NOTIFY stateChanged)       // of Library
    Q_PROPERTY(bool hasFile READ hasFile NOTIFY stateChanged) // a header is there: cache and buffers are known
    Q_PROPERTY(QString caution READ caution NOTIFY stateChanged) // why cache and buffers are only estimated; "": they are exact
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY stateChanged)
    Q_PROPERTY(QString hubText READ hubText WRITE setHubText NOTIFY hubTextChanged) // "hf:USER/REPO:Q4_K_M"
    Q_PROPERTY(QString parametersText READ parametersText WRITE setParametersText NOTIFY choicesChanged) // "7B"
    Q_PROPERTY(QString parametersProblem READ parametersProblem NOTIFY choicesChanged)
    Q_PROPERTY(QStringList types READ types CONSTANT)
    Q_PROPERTY(int type READ type WRITE setType NOTIFY choicesChanged) // of types
    // Choices
    Q_PROPERTY(Task task READ task WRITE setTask NOTIFY taskChanged)
    Q_PROPERTY(int context READ context WRITE setContext NOTIFY choicesChanged)
    Q_PROPERTY(double contextPosition READ contextPosition WRITE setContextPosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostContext READ mostContext NOTIFY choicesChanged)
    Q_PROPERTY(int fittingContext READ fittingContext NOTIFY resultChanged) // the largest that fits; 0: none does, or nothing is known
    Q_PROPERTY(int batch READ batch WRITE setBatch NOTIFY choicesChanged)
    Q_PROPERTY(double batchPosition READ batchPosition WRITE setBatchPosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostBatch READ mostBatch CONSTANT)
    Q_PROPERTY(int users READ users WRITE setUsers NOTIFY choicesChanged)
    Q_PROPERTY(double usersPosition READ usersPosition WRITE setUsersPosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostUsers READ mostUsers CONSTANT)
    Q_PROPERTY(QStringList cacheTypes READ cacheTypes CONSTANT)
    Q_PROPERTY(int cacheType READ cacheType WRITE setCacheType NOTIFY choicesChanged)
    Q_PROPERTY(QStringList cards READ cards CONSTANT) // "None", "8 GiB" …
    Q_PROPERTY(int card READ card WRITE setCard NOTIFY choicesChanged)
    Q_PROPERTY(int gpuLayers READ gpuLayers WRITE setGpuLayers NOTIFY choicesChanged) // as they turned out
    Q_PROPERTY(bool gpuLayersAuto READ gpuLayersAuto WRITE setGpuLayersAuto NOTIFY choicesChanged)
    Q_PROPERTY(int mostGpuLayers READ mostGpuLayers NOTIFY choicesChanged)
    Q_PROPERTY(QStringList methods READ methods CONSTANT)
    Q_PROPERTY(int method READ method WRITE setMethod NOTIFY choicesChanged)
    Q_PROPERTY(QStringList recipes READ recipes CONSTANT)
    Q_PROPERTY(int recipe READ recipe WRITE setRecipe NOTIFY choicesChanged)
    Q_PROPERTY(QStringList recomputes READ recomputes CONSTANT)
    Q_PROPERTY(int recompute READ recompute WRITE setRecompute NOTIFY choicesChanged)
    Q_PROPERTY(bool flashAttention READ flashAttention WRITE setFlashAttention NOTIFY choicesChanged)
    Q_PROPERTY(int sequence READ sequence WRITE setSequence NOTIFY choicesChanged)
    Q_PROPERTY(double sequencePosition READ sequencePosition WRITE setSequencePosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostSequence READ mostSequence CONSTANT)
    Q_PROPERTY(int trainBatch READ trainBatch WRITE setTrainBatch NOTIFY choicesChanged)
    Q_PROPERTY(double trainBatchPosition READ trainBatchPosition WRITE setTrainBatchPosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostTrainBatch READ mostTrainBatch CONSTANT)
    Q_PROPERTY(int rank READ rank WRITE setRank NOTIFY choicesChanged)
    Q_PROPERTY(double rankPosition READ rankPosition WRITE setRankPosition NOTIFY choicesChanged)
    Q_PROPERTY(int mostRank READ mostRank CONSTANT)
    Q_PROPERTY(QStringList loraTargets READ loraTargets CONSTANT)
    Q_PROPERTY(int loraTarget READ loraTarget WRITE setLoraTarget NOTIFY choicesChanged)
    // What comes of it
    Q_PROPERTY(QList<corral::app::EstimateBar*> bars READ bars NOTIFY barsChanged) // a device each
    Q_PROPERTY(QString totalText READ totalText NOTIFY resultChanged)     // "1.4 GB"; "": there is only the rule
    Q_PROPERTY(QString totalDetail READ totalDetail NOTIFY resultChanged) // "1.3 GiB"
    Q_PROPERTY(QString ruleText READ ruleText NOTIFY resultChanged)
    Q_PROPERTY(QString ruleDetail READ ruleDetail NOTIFY resultChanged)
    Q_PROPERTY(QString ruleFormula READ ruleFormula NOTIFY resultChanged) // "4 × inference"
    Q_PROPERTY(QStringList ruleAssumptions READ ruleAssumptions NOTIFY resultChanged)
    Q_PROPERTY(QString verdict READ verdict NOTIFY resultChanged) // a sentence: whether it fits
    Q_PROPERTY(bool fits READ fits NOTIFY resultChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY resultChanged) // these choices cannot be had; "": they can
    Q_PROPERTY(int openBar READ openBar NOTIFY openChanged)       // the segment whose formulas are shown; −1: none
    Q_PROPERTY(int openKind READ openKind NOTIFY openChanged)
    Q_PROPERTY(QString openTitle READ openTitle NOTIFY openChanged)
    Q_PROPERTY(corral::app::QuantityListModel* parts READ parts CONSTANT) // of the open segment
    Q_PROPERTY(corral::app::FitListModel* table READ table CONSTANT)

public:
    explicit EstimateController(EstimateReader reader, QObject* parent = nullptr);
    ~EstimateController() override;

    Q_INVOKABLE void openFile(const QUrl& file);        // from the library, the dialog or a drop
    Q_INVOKABLE void openRemote(const QString& source); // "hf:…", "ms:…" or an address
    Q_INVOKABLE void readHub() { openRemote(m_hubText); }
    Q_INVOKABLE void cancelReading();
    Q_INVOKABLE void open(int bar, int kind); // a segment's formulas; the same once more closes them
    Q_INVOKABLE void closeParts() { open(-1, -1); }
    Q_INVOKABLE void choose(int row);         // of the table: what the bars show
    Q_INVOKABLE QString asText() const;       // everything, for the clipboard
    Q_INVOKABLE void refresh();               // looks at the machine again

    Source source() const { return m_source; }
    void setSource(Source source);
    State state() const { return m_source == Parameters ? Ready : m_states[m_source]; }
    QString name() const;
    QString facts() const;
    QUrl file() const { return m_file; }
    bool hasFile() const { return model() != nullptr; }
    QString caution() const;
    QString errorText() const { return m_source == Parameters ? QString() : m_failures[m_source].text; }
    QString errorDetail() const { return m_source == Parameters ? QString() : m_failures[m_source].detail; }
    QString hubText() const { return m_hubText; }
    void setHubText(const QString& text);
    QString parametersText() const { return m_parametersText; }
    void setParametersText(const QString& text);
    QString parametersProblem() const { return m_parametersProblem; }
    QStringList types() const;
    int type() const;
    void setType(int type);
    Task task() const { return m_task; }
    void setTask(Task task);
    int context() const;
    void setContext(int context);
    double contextPosition() const { return contextScale().positionOf(context()); }
    void setContextPosition(double position) { setContext(contextScale().valueAt(position)); }
    int mostContext() const { return contextScale().high; }
    int fittingContext() const { return m_fittingContext; }
    int batch() const { return m_choices.batch; }
    void setBatch(int batch);
    double batchPosition() const;
    void setBatchPosition(double position);
    int mostBatch() const;
    int users() const { return m_choices.users; }
    void setUsers(int users);
    double usersPosition() const;
    void setUsersPosition(double position);
    int mostUsers() const;
    QStringList cacheTypes() const;
    int cacheType() const;
    void setCacheType(int type);
    QStringList cards() const;
    int card() const;
    void setCard(int card);
    int gpuLayers() const { return m_account ? m_account->gpuLayers : 0; }
    void setGpuLayers(int layers);
    bool gpuLayersAuto() const { return m_choices.gpuLayers < 0; }
    void setGpuLayersAuto(bool automatic);
    int mostGpuLayers() const;
    QStringList methods() const { return methodNames(); }
    int method() const { return int(m_choices.training.method); }
    void setMethod(int method);
    QStringList recipes() const { return recipeNames(); }
    int recipe() const { return int(m_choices.training.recipe); }
    void setRecipe(int recipe);
    QStringList recomputes() const { return recomputeNames(); }
    int recompute() const { return int(m_choices.training.recompute); }
    void setRecompute(int recompute);
    bool flashAttention() const { return m_choices.training.flashAttention; }
    void setFlashAttention(bool on);
    int sequence() const { return int(m_choices.training.sequence); }
    void setSequence(int tokens);
    double sequencePosition() const;
    void setSequencePosition(double position);
    int mostSequence() const;
    int trainBatch() const { return int(m_choices.training.batch); }
    void setTrainBatch(int sequences);
    double trainBatchPosition() const;
    void setTrainBatchPosition(double position);
    int mostTrainBatch() const;
    int rank() const { return int(m_choices.training.rank); }
    void setRank(int rank);
    double rankPosition() const;
    void setRankPosition(double position);
    int mostRank() const;
    QStringList loraTargets() const { return targetNames(); }
    int loraTarget() const { return int(m_choices.training.targets); }
    void setLoraTarget(int target);

    QList<EstimateBar*> bars() const { return m_bars; }
    QString totalText() const;
    QString totalDetail() const;
    QString ruleText() const;
    QString ruleDetail() const;
    QString ruleFormula() const;
    QStringList ruleAssumptions() const;
    QString verdict() const;
    bool fits() const;
    QString problem() const { return m_problem; }
    int openBar() const { return m_openBar; }
    int openKind() const { return m_openKind; }
    QString openTitle() const;
    QuantityListModel* parts() { return &m_parts; }
    FitListModel* table() { return &m_table; }

signals:
    void stateChanged();
    void taskChanged();
    void choicesChanged();
    void hubTextChanged();
    void barsChanged();
    void resultChanged();
    void openChanged();

private:
    struct Failure {
        QString text, detail;
    };
    // A model's header, what it makes, and the sizes of all its quantizations as soon as they are planned.
    struct Model {
        QString name, place;
        std::shared_ptr<const SourceModel> source;
        std::unique_ptr<memory::ModelMemory> memory;
        QList<TargetRow> targets;
        QString chosen;                             // of the targets: what the bars show; empty: the file as it is
        std::unique_ptr<memory::ModelMemory> other; // of the chosen target
    };
    struct Part { // of a bar, for its formulas
        int bar = 0, kind = 0;
        memory::Quantity quantity;
    };

    void begin(Source source);
    void failWith(Source source, const Failure& failure);
    void take(Source source, std::unique_ptr<Model> model);
    void read(Source source, const QString& name, const QString& place, std::function<Result<std::shared_ptr<const gguf::File>>()> open);
    void planTable(Source source);
    const Model* model() const { return m_source == Parameters ? nullptr : m_models[m_source].get(); }
    memory::ModelMemory* memoryInUse() const;
    LogScale contextScale() const;
    void changed(); // a choice
    template <class T, class U> void change(T& choice, const U& value);

    void compute();
    memory::Situation situation(int context) const;
    void computeInference();
    int largestFittingContext() const;
    void computeTraining();
    void computeByRule();
    void showBar(std::size_t number, EstimateBar::Content content);
    void endBars(std::size_t count);
    void showParts();
    void computeTable();
    QList<FitRow> thoughtRows() const;
    QList<FitRow> quantizationRows() const;
    QList<FitRow> trainingRows() const;
    memory::ModelShape shapeToTrain() const;
    std::uint64_t available() const; // bytes that the task can have; 0: not known
    QString trainingDevice() const;
    std::uint64_t total() const;     // of all bars

    const EstimateReader m_reader;
    MemoryStatus m_machine;
    Source m_source = Parameters;
    Task m_task = Inference;
    State m_states[2] = {Empty, Empty};  // by Source
    Failure m_failures[2];               // by Source
    std::unique_ptr<Model> m_models[2];  // by Source
    quint64 m_generations[2] = {0, 0};   // by Source: answers of an older question are not heard
    quint64 m_choosing = 0;              // likewise, of choose()
    QUrl m_file;
    QString m_hubText, m_parametersText = QStringLiteral("7B"), m_parametersProblem;
    QFuture<Result<RemoteModel>> m_remote;
    EstimateChoices m_choices;

    QList<EstimateBar*> m_bars; // children
    std::vector<Part> m_allParts;
    std::optional<memory::Account> m_account;
    memory::Rules m_rules;
    QString m_problem;
    int m_fittingContext = 0;
    int m_openBar = -1, m_openKind = -1;
    QuantityListModel m_parts;
    FitListModel m_table;
    QThreadPool m_worker;
};

} // namespace corral::app
