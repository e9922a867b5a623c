#pragma once
// What a quantization lost, for the report: plain words, figures, the error of every tensor as a field of cells (a column a layer, a row a kind of
// tensor), and the losses of all measured targets of the same model against their size.
#include "app/quantizing/quantize_queue.h"
#include "app/quantizing/workshop_records.h"

#include <QObject>
#include <QQmlEngine>
#include <QUrl>

namespace corral::app {

// One tensor's error in the field.
class HeatCell {
    Q_GADGET
    QML_VALUE_TYPE(heatCell)
    Q_PROPERTY(int row MEMBER row)
    Q_PROPERTY(int column MEMBER column)
    Q_PROPERTY(double level MEMBER level) // 0 … 1 of the largest error
    Q_PROPERTY(QString text MEMBER text)  // "Layer 3, feed-forward down: Q6_K, error 2.1 %"

public:
    int row = 0, column = 0;
    double level = 0;
    QString text;
};

// A measured target in the scatter.
class LossPoint {
    Q_GADGET
    QML_VALUE_TYPE(lossPoint)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(double x MEMBER x) // 0 … 1 from the left
    Q_PROPERTY(double y MEMBER y) // 0 … 1 from below
    Q_PROPERTY(bool current MEMBER current)
    Q_PROPERTY(QString text MEMBER text)

public:
    QString name;
    double x = 0, y = 0;
    bool current = false;
    QString text;
};

class AxisMark {
    Q_GADGET
    QML_VALUE_TYPE(axisMark)
    Q_PROPERTY(double at MEMBER at) // 0 … 1
    Q_PROPERTY(QString text MEMBER text)

public:
    double at = 0;
    QString text;
};

class Figure {
    Q_GADGET
    QML_VALUE_TYPE(figure)
    Q_PROPERTY(QString label MEMBER label)
    Q_PROPERTY(QString value MEMBER value)
    Q_PROPERTY(QString help MEMBER help) // what it means, one sentence

public:
    QString label, value, help;
};

class QualityReport : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("QuantizeController::report")

public:
    enum Measure { Perplexity, Divergence }; // what the scatter shows
    Q_ENUM(Measure)

private:
    Q_PROPERTY(bool open READ isOpen NOTIFY changed)
    Q_PROPERTY(QString title READ title NOTIFY changed)       // "Qwen2.5 1.5B → Q4_K_M"
    Q_PROPERTY(QString words READ words NOTIFY changed)       // "Q4_K_M loses 1.2 % perplexity for 31 % of the size."
    Q_PROPERTY(bool measured READ measured NOTIFY changed)
    Q_PROPERTY(bool canMeasure READ canMeasure NOTIFY changed)
    Q_PROPERTY(bool measuring READ measuring NOTIFY changed)  // waiting or running
    Q_PROPERTY(double progress READ progress NOTIFY changed)
    Q_PROPERTY(QString progressText READ progressText NOTIFY changed)
    Q_PROPERTY(QString measureHelp READ measureHelp NOTIFY changed) // why it cannot be measured, or what measuring does
    Q_PROPERTY(QString failure READ failure NOTIFY changed)         // of measuring
    Q_PROPERTY(QString textName READ textName NOTIFY changed)       // what is measured on
    Q_PROPERTY(QList<corral::app::Figure> figures READ figures NOTIFY changed)
    Q_PROPERTY(int layers READ layers NOTIFY changed)
    Q_PROPERTY(QStringList kinds READ kinds NOTIFY changed) // rows of the field
    Q_PROPERTY(QList<corral::app::HeatCell> cells READ cells NOTIFY changed)
    Q_PROPERTY(QList<corral::app::HeatCell> outside READ outside NOTIFY changed) // tensors of no layer, `text` names them
    Q_PROPERTY(QStringList outsideNames READ outsideNames NOTIFY changed)
    Q_PROPERTY(QString largestText READ largestText NOTIFY changed) // the error at level 1: "8.2 %"
    Q_PROPERTY(Measure measure READ measure WRITE setMeasure NOTIFY changed)
    Q_PROPERTY(QList<corral::app::LossPoint> points READ points NOTIFY changed)
    Q_PROPERTY(QList<corral::app::AxisMark> sizeMarks READ sizeMarks NOTIFY changed)
    Q_PROPERTY(QList<corral::app::AxisMark> lossMarks READ lossMarks NOTIFY changed)

public:
    QualityReport(QuantizeQueue& queue, WorkshopRecords& records, QObject* parent = nullptr);

    Q_INVOKABLE void show(int jobId);
    Q_INVOKABLE void close();
    Q_INVOKABLE void startMeasuring(); // queues a job
    Q_INVOKABLE void cancelMeasuring();
    Q_INVOKABLE void setText(const QUrl& file); // an empty one: the built-in text

    bool isOpen() const { return m_open; }
    QString title() const;
    QString words() const { return m_words; }
    bool measured() const { return m_loss.has_value(); }
    bool canMeasure() const;
    bool measuring() const;
    double progress() const;
    QString progressText() const;
    QString measureHelp() const;
    QString failure() const;
    QString textName() const;
    QList<Figure> figures() const { return m_figures; }
    int layers() const { return m_layers; }
    QStringList kinds() const { return m_kinds; }
    QList<HeatCell> cells() const { return m_cells; }
    QList<HeatCell> outside() const { return m_outside; }
    QStringList outsideNames() const { return m_outsideNames; }
    QString largestText() const { return m_largestText; }
    Measure measure() const { return m_measure; }
    void setMeasure(Measure measure);
    QList<LossPoint> points() const { return m_points; }
    QList<AxisMark> sizeMarks() const { return m_sizeMarks; }
    QList<AxisMark> lossMarks() const { return m_lossMarks; }

signals:
    void changed();
    void measuredAnother(); // the records grew: the table of targets shows it

private:
    const QueuedJob* measuringJob() const;
    void take(int jobId);
    void compute();
    void computeField();
    void computePoints();

    QuantizeQueue& m_queue;
    WorkshopRecords& m_records;
    bool m_open = false;
    JobOrder m_order;      // of the quantizing
    JobOutcome m_outcome;
    int m_measuringId = 0; // 0: none was started for this report
    QString m_text;        // path; empty: built-in
    Measure m_measure = Perplexity;
    std::optional<MeasuredLoss> m_loss;
    QString m_words, m_largestText;
    QList<Figure> m_figures;
    int m_layers = 0;
    QStringList m_kinds, m_outsideNames;
    QList<HeatCell> m_cells, m_outside;
    QList<LossPoint> m_points;
    QList<AxisMark> m_sizeMarks, m_lossMarks;
};

} // namespace corral::app
