#include "app/quantizing/quantize_options.h"

#include "core/quant/format.h"

#include <QFileInfo>

#include <thread>

namespace corral::app {

static QStringList words(const QString& text)
{
    QStringList list;
    for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
        if (const QString word = part.trimmed(); !word.isEmpty()) list.append(word);
    }
    return list;
}

static QStringList writableTypes()
{
    QStringList names;
    for (const quant::Format* format : quant::allFormats()) {
        if (format->encodeRows) names.append(QString::fromLatin1(format->name.data(), qsizetype(format->name.size())));
    }
    return names;
}

void QuantizeOptions::setMatrix(const QUrl& file)
{
    const QString path = file.toLocalFile();
    if (path == m_matrixFile) return;
    m_matrixFile = path;
    emit changed();
}

QString QuantizeOptions::matrixName() const { return QFileInfo(m_matrixFile).fileName(); }

int QuantizeOptions::mostThreads() const { return qMax(1, int(std::thread::hardware_concurrency())); }

QStringList QuantizeOptions::typeNames() const { return QStringList{tr("Automatic")} + writableTypes(); }

int QuantizeOptions::typeIndex(const QString& type) const { return int(writableTypes().indexOf(type)) + 1; }

QString QuantizeOptions::typeAt(int index) const { return writableTypes().value(index - 1); }

void QuantizeOptions::reset()
{
    m_matrixFile = m_matrixOnly = m_matrixWithout = m_outputType = m_embeddingType = m_tensorTypes = m_metadata = m_prunedLayers = QString();
    m_pure = m_leaveOutput = m_allowRequantize = m_keepSplit = false;
    m_measureError = true;
    m_threads = 0;
    m_splitGigabytes = 0;
    m_goal = NoGoal;
    emit changed();
}

int QuantizeOptions::changes() const
{
    int count = 0;
    for (const QString& text : {m_matrixFile, m_outputType, m_embeddingType, m_tensorTypes, m_metadata, m_prunedLayers}) count += !text.isEmpty();
    for (const bool on : {m_pure, m_leaveOutput, m_keepSplit, !m_measureError, m_threads != 0, m_splitGigabytes > 0, m_goal != NoGoal}) count += on;
    return count;
}

void QuantizeOptions::setGoalGigabytes(double gigabytes)
{
    if (gigabytes == m_goalGigabytes) return;
    m_goalGigabytes = gigabytes;
    emit changed();
}

QuantizeChoices QuantizeOptions::choices() const
{
    constexpr double kGigabyte = 1e9;
    return {.matrixFile = m_matrixFile,
            .matrixOnly = words(m_matrixOnly),
            .matrixWithout = words(m_matrixWithout),
            .outputType = m_outputType,
            .embeddingType = m_embeddingType,
            .tensorTypes = m_tensorTypes,
            .metadata = m_metadata,
            .prunedLayers = m_prunedLayers,
            .pure = m_pure,
            .leaveOutput = m_leaveOutput,
            .allowRequantize = m_allowRequantize,
            .keepSplit = m_keepSplit,
            .measureError = m_measureError,
            .threads = m_threads,
            .splitGigabytes = m_splitGigabytes,
            .goalBytes = m_goal == Size ? std::uint64_t(m_goalGigabytes * kGigabyte) : 0,
            .goalBits = m_goal == Bits ? m_goalBits : 0};
}

} // namespace corral::app
