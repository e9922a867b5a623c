#pragma once
// The advanced choices of the Quantize page, one property a field. Every change makes the table be planned anew.
#include "app/quantizing/job_order.h"

#include <QObject>
#include <QQmlEngine>
#include <QUrl>

namespace corral::app {

class QuantizeOptions : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("QuantizeController::options")

public:
    enum Goal { NoGoal, Size, Bits }; // what to aim for
    Q_ENUM(Goal)

private:
    Q_PROPERTY(QString matrixFile MEMBER m_matrixFile NOTIFY changed) // path; "": none
    Q_PROPERTY(QString matrixName READ matrixName NOTIFY changed)
    Q_PROPERTY(QString matrixOnly MEMBER m_matrixOnly NOTIFY changed) // texts, separated by commas
    Q_PROPERTY(QString matrixWithout MEMBER m_matrixWithout NOTIFY changed)
    Q_PROPERTY(QString outputType MEMBER m_outputType NOTIFY changed) // "": by the rules
    Q_PROPERTY(QString embeddingType MEMBER m_embeddingType NOTIFY changed)
    Q_PROPERTY(QString tensorTypes MEMBER m_tensorTypes NOTIFY changed) // NAME=TYPE, one a line
    Q_PROPERTY(QString metadata MEMBER m_metadata NOTIFY changed)       // KEY=TYPE:VALUE, one a line
    Q_PROPERTY(QString prunedLayers MEMBER m_prunedLayers NOTIFY changed)
    Q_PROPERTY(bool pure MEMBER m_pure NOTIFY changed)
    Q_PROPERTY(bool leaveOutput MEMBER m_leaveOutput NOTIFY changed)
    Q_PROPERTY(bool allowRequantize MEMBER m_allowRequantize NOTIFY changed)
    Q_PROPERTY(bool keepSplit MEMBER m_keepSplit NOTIFY changed)
    Q_PROPERTY(bool measureError MEMBER m_measureError NOTIFY changed)
    Q_PROPERTY(int threads MEMBER m_threads NOTIFY changed) // 0: all cores
    Q_PROPERTY(int mostThreads READ mostThreads CONSTANT)
    Q_PROPERTY(double splitGigabytes MEMBER m_splitGigabytes NOTIFY changed) // 0: one file
    Q_PROPERTY(Goal goal MEMBER m_goal NOTIFY changed)
    Q_PROPERTY(double goalGigabytes MEMBER m_goalGigabytes NOTIFY changed)
    Q_PROPERTY(double goalBits MEMBER m_goalBits NOTIFY changed)
    Q_PROPERTY(QStringList typeNames READ typeNames CONSTANT) // that can be written; the first one is "Automatic"
    Q_PROPERTY(int changes READ changes NOTIFY changed)       // how many are not as they come, for the folded heading

public:
    using QObject::QObject;

    Q_INVOKABLE void setMatrix(const QUrl& file); // from a dialog or a drop; an empty one takes it away
    Q_INVOKABLE int typeIndex(const QString& type) const; // in typeNames
    Q_INVOKABLE QString typeAt(int index) const;
    Q_INVOKABLE void reset();

    QString matrixName() const;
    int mostThreads() const;
    QStringList typeNames() const;
    int changes() const;
    Goal goal() const { return m_goal; }
    QuantizeChoices choices() const;
    void setGoalGigabytes(double gigabytes); // a value to start from; quiet unless it differs

signals:
    void changed();

private:
    QString m_matrixFile, m_matrixOnly, m_matrixWithout, m_outputType, m_embeddingType, m_tensorTypes, m_metadata, m_prunedLayers;
    bool m_pure = false, m_leaveOutput = false, m_allowRequantize = false, m_keepSplit = false, m_measureError = true;
    int m_threads = 0;
    double m_splitGigabytes = 0, m_goalGigabytes = 4, m_goalBits = 4.5;
    Goal m_goal = NoGoal;
};

} // namespace corral::app
