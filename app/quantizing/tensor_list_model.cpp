#include "app/quantizing/tensor_list_model.h"

#include "app/quantizing/job_words.h"
#include "app/text/sentences.h"
#include "core/quant/format.h"

#include <QLocale>

namespace corral::app {

TensorListModel::TensorListModel(const Workshop& workshop, QObject* parent) : QAbstractListModel(parent), m_workshop(workshop) {}

TensorListModel::~TensorListModel() { stop(); }

void TensorListModel::stop()
{
    ++m_generation;
    if (m_job) m_job->cancel();
    if (m_thread.joinable()) m_thread.join();
    m_job.reset();
}

void TensorListModel::setState(State state)
{
    m_state = state;
    emit stateChanged();
}

void TensorListModel::setModel(std::shared_ptr<const SourceModel> model)
{
    stop();
    beginResetModel();
    m_model = std::move(model);
    m_stats.clear();
    m_hasLosses = false;
    endResetModel();
    m_progress = 0;
    emit countChanged();
    setState(Unread);
}

// The types that lose something and can be written without an importance matrix.
static QList<const quant::Format*> lossyTypes()
{
    QList<const quant::Format*> types;
    for (const quant::Format* format : quant::allFormats()) {
        if (format->quantized && format->encodeRows && !format->needsImportance) types.append(format);
    }
    return types;
}

static QString nameOf(const quant::Format& format) { return QString::fromLatin1(format.name.data(), qsizetype(format.name.size())).toUpper(); }

QStringList TensorListModel::lossTypes() const
{
    QStringList names{tr("None")};
    for (const quant::Format* format : lossyTypes()) names.append(nameOf(*format));
    return names;
}

void TensorListModel::measure(int lossType)
{
    if (!m_model || m_state == Reading) return;
    stop();
    m_progress = 0;
    m_atTensor.clear();
    emit progressChanged();
    setState(Reading);
    quantize::StatsOptions options;
    constexpr std::uint64_t kSampleRows = 256; // enough for two digits of a loss
    if (const auto types = lossyTypes(); lossType > 0 && lossType <= types.size()) {
        options.types.push_back(types[lossType - 1]->id);
        options.sampleRows = kSampleRows;
    }
    m_hasLosses = !options.types.empty();
    m_job = std::make_shared<Job>();
    m_thread = std::jthread([this, options, job = m_job, model = m_model, work = m_workshop.measureTensors, generation = m_generation] {
        const auto progress = [this, generation](const Progress& at) {
            const double share = at.total == 0 ? 0 : double(at.done) / double(at.total);
            QMetaObject::invokeMethod(this, [this, generation, share, name = QString::fromStdString(at.name)] {
                if (generation != m_generation) return;
                m_progress = share;
                m_atTensor = name;
                emit progressChanged();
            }, Qt::QueuedConnection);
        };
        auto result = work(*model, options, *job, progress);
        QMetaObject::invokeMethod(this, [this, generation, result = std::move(result)]() mutable {
            if (generation == m_generation) take(std::move(result));
        }, Qt::QueuedConnection);
    });
}

void TensorListModel::cancel()
{
    if (m_job) m_job->cancel();
}

void TensorListModel::take(Result<std::vector<quantize::TensorStats>> result)
{
    if (!result) {
        m_errorText = detailOf(result.error());
        return setState(result.error().code == ErrorCode::Cancelled ? Unread : Failed);
    }
    for (const auto& tensor : *result) m_stats.insert(QString::fromStdString(tensor.name), tensor);
    if (count() > 0) emit dataChanged(index(0), index(count() - 1), {ZerosRole, RangeRole, MeanRole, DeviationRole, LossRole});
    setState(Read);
}

QString TensorListModel::progressText() const
{
    return m_atTensor.isEmpty() ? percentText(m_progress) : tr("%1 · %2", "percent · tensor").arg(percentText(m_progress), m_atTensor);
}

static QString number(double value)
{
    constexpr int kDigits = 3;
    return QLocale().toString(value, 'g', kDigits).replace(u'-', QChar(0x2212)); // a real minus
}

QString TensorListModel::summary() const
{
    if (!m_model) return {};
    const QString inside = tr("%n tensor(s)", nullptr, count());
    if (m_state != Read) return inside;
    quantize::ValueStats total;
    for (const auto& stats : m_stats) total.add(stats.values);
    constexpr int kDecimals = 2;
    QString text = tr("%1 with %2 weights. %3 of them are zero (density %4). Values from %5 to %6, mean %7, standard deviation %8.")
                       .arg(inside, QLocale().toString(qulonglong(total.count)), percentText(total.sparsity(), kDecimals), percentText(total.density(), kDecimals),
                            number(total.minimum), number(total.maximum), number(total.mean()), number(total.deviation()));
    if (total.notFinite > 0) text += u' ' + tr("%n weight(s) are not numbers: the model is damaged.", nullptr, int(total.notFinite));
    return text;
}

int TensorListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_model ? 0 : int(m_model->source->tensors().size());
}

QVariant TensorListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const quantize::SourceTensor& tensor = m_model->source->tensors()[std::size_t(index.row())];
    const QString name = QString::fromStdString(tensor.name);
    const auto stats = m_stats.constFind(name);
    const bool known = stats != m_stats.cend();
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return name;
    case TypeRole: {
        const quant::Format* format = quant::findFormat(tensor.type);
        return format ? nameOf(*format) : QString();
    }
    case ShapeRole: {
        QStringList sides;
        for (int i = 0; i < tensor.dims; ++i) sides.append(QLocale().toString(qulonglong(tensor.shape[std::size_t(i)])));
        return sides.join(QStringLiteral(" × "));
    }
    case SizeTextRole: return sizeText(qint64(tensor.bytes));
    case ZerosRole: {
        constexpr int kDecimals = 2;
        return known ? percentText(stats->values.sparsity(), kDecimals) : QString();
    }
    case RangeRole: return known ? QStringLiteral("%1 … %2").arg(number(stats->values.minimum), number(stats->values.maximum)) : QString();
    case MeanRole: return known ? number(stats->values.mean()) : QString();
    case DeviationRole: return known ? number(stats->values.deviation()) : QString();
    case LossRole: return known && !stats->losses.empty() ? percentText(stats->losses.front().second.relative(), 1) : QString();
    default: return {};
    }
}

QHash<int, QByteArray> TensorListModel::roleNames() const
{
    return {{NameRole, "name"},   {TypeRole, "type"},   {ShapeRole, "shape"}, {SizeTextRole, "sizeText"},
            {ZerosRole, "zeros"}, {RangeRole, "range"}, {MeanRole, "mean"},   {DeviationRole, "deviation"}, {LossRole, "loss"}};
}

} // namespace corral::app
