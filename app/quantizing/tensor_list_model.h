#pragma once
// What is in a model: its tensors from the header at once, and their statistics after all weights were read (measure()).
#include "app/quantizing/workshop.h"

#include <QAbstractListModel>
#include <QHash>
#include <QQmlEngine>

#include <memory>
#include <optional>
#include <thread>

namespace corral::app {

class TensorListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("QuantizeController::contents")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)
    Q_PROPERTY(QString progressText READ progressText NOTIFY progressChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY stateChanged)   // "291 tensors, 1.5 billion weights; 0.02 % are zero; from −1.2 to 1.3, …"
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(QStringList lossTypes READ lossTypes CONSTANT) // what measure() takes an index of; the first one is "None"
    Q_PROPERTY(bool hasLosses READ hasLosses NOTIFY stateChanged)

public:
    enum State { Unread, Reading, Read, Failed };
    Q_ENUM(State)
    enum Role {
        NameRole = Qt::UserRole + 1, // name: string. "blk.0.attn_q.weight"
        TypeRole,                    // type: string. "Q4_K"
        ShapeRole,                   // shape: string. "1,536 × 8,960"
        SizeTextRole,                // sizeText: string
        ZerosRole,                   // zeros: string. Share of zero weights: "0.02 %"; "" until read
        RangeRole,                   // range: string. "−0.31 … 0.29"
        MeanRole,                    // mean: string
        DeviationRole,               // deviation: string
        LossRole,                    // loss: string. What encoding it in the chosen type would lose: "5.2 %"; "" if not asked
    };
    Q_ENUM(Role)

    explicit TensorListModel(const Workshop& workshop, QObject* parent = nullptr);
    ~TensorListModel() override;

    // Reads all weights, on a worker thread; with an index into lossTypes also tries that type on them.
    Q_INVOKABLE void measure(int lossType = 0);
    Q_INVOKABLE void cancel();

    void setModel(std::shared_ptr<const SourceModel> model); // null: none
    int count() const { return rowCount(); }
    State state() const { return m_state; }
    double progress() const { return m_progress; }
    QString progressText() const;
    QString summary() const;
    QString errorText() const { return m_errorText; }
    QStringList lossTypes() const;
    bool hasLosses() const { return m_hasLosses; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void stateChanged();
    void progressChanged();

private:
    void stop();
    void setState(State state);
    void take(Result<std::vector<quantize::TensorStats>> result);

    const Workshop m_workshop;
    std::shared_ptr<const SourceModel> m_model;
    QHash<QString, quantize::TensorStats> m_stats;
    bool m_hasLosses = false;
    State m_state = Unread;
    double m_progress = 0;
    QString m_atTensor, m_errorText;
    std::shared_ptr<Job> m_job;
    std::jthread m_thread;
    quint64 m_generation = 0; // words of an older run are not heard
};

} // namespace corral::app
