#include "app/quantizing/quality_report.h"

#include "app/quantizing/job_words.h"
#include "app/text/sentences.h"
#include "core/quant/format.h"

#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace corral::app {

namespace {

QString typeName(std::uint32_t type)
{
    const quant::Format* format = quant::findFormat(type);
    return format ? QString::fromLatin1(format->name.data(), qsizetype(format->name.size())).toUpper() : QString();
}

// What the report calls a target, also one that was aimed for by size.
QString nameOf(const JobOrder& order, const JobOutcome& outcome)
{
    if (!order.choices.hasGoal()) return order.target;
    return QualityReport::tr("%1 bits, mixed").arg(QLocale().toString(outcome.bitsPerWeight, 'f', 2));
}

QString pathText(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

// All tensors together: the root of the mean square error over that of the originals, by their weights.
std::optional<double> totalError(const std::vector<quantize::TensorResult>& tensors)
{
    double error = 0, original = 0;
    for (const auto& tensor : tensors) {
        if (!tensor.error) continue;
        const quant::Format* format = quant::findFormat(tensor.sourceType);
        if (!format) continue;
        const double weight = double(tensor.sourceBytes) / format->blockBytes * format->blockSize; // how many there are
        error += weight * tensor.error->meanSquare;
        original += weight * tensor.error->originalMeanSquare;
    }
    return original > 0 ? std::optional(std::sqrt(error / original)) : std::nullopt;
}

// A round number of 1, 2 or 5 times a power of ten, so that about `count` of them span the range.
double roundStep(double range, int count)
{
    const double rough = range / count;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (rough <= factor * power) return factor * power;
    }
    return 10 * power;
}

} // namespace

QualityReport::QualityReport(QuantizeQueue& queue, WorkshopRecords& records, QObject* parent) : QObject(parent), m_queue(queue), m_records(records)
{
    connect(&queue, &QuantizeQueue::changed, this, [this](int row) {
        if (m_measuringId != 0 && m_queue.jobs()[std::size_t(row)]->id == m_measuringId) emit changed();
    });
    connect(&queue, &QuantizeQueue::finished, this, &QualityReport::take);
}

void QualityReport::show(int jobId)
{
    const QueuedJob* job = m_queue.find(jobId);
    if (!job || job->state != JobState::Done) return;
    m_order = job->order;
    m_outcome = job->outcome;
    if (job->order.kind == JobOrder::Kind::Measure) { // the report is that of the job that wrote the file
        const auto& jobs = m_queue.jobs();
        const auto writer = std::ranges::find_if(jobs, [&](const auto& other) {
            return other->state == JobState::Done && !other->outcome.files.empty() && other->outcome.files.front() == job->order.input;
        });
        if (writer != jobs.end()) {
            m_order = (*writer)->order;
            m_outcome = (*writer)->outcome;
        } else { // it was removed from the list
            m_outcome.files = {job->order.input};
            m_order.kind = JobOrder::Kind::Quantize;
            m_order.input = job->order.original;
        }
    }
    m_measuringId = 0;
    m_open = true;
    compute();
}

void QualityReport::close()
{
    m_open = false;
    emit changed();
}

QString QualityReport::title() const { return titleOf(m_order); }

bool QualityReport::canMeasure() const { return m_open && !m_order.checkpoint && !m_outcome.files.empty(); }

const QueuedJob* QualityReport::measuringJob() const { return m_measuringId == 0 ? nullptr : m_queue.find(m_measuringId); }

bool QualityReport::measuring() const
{
    const QueuedJob* job = measuringJob();
    return job && (job->state == JobState::Waiting || job->state == JobState::Running || job->state == JobState::Paused);
}

double QualityReport::progress() const
{
    const QueuedJob* job = measuringJob();
    return job ? job->fraction() : 0;
}

QString QualityReport::progressText() const
{
    const QueuedJob* job = measuringJob();
    if (!job) return {};
    return job->state == JobState::Waiting ? tr("Waiting for its turn") : app::progressText(*job);
}

QString QualityReport::measureHelp() const
{
    if (m_order.checkpoint) return tr("A folder cannot be run, so there is nothing to compare with. Convert it to F16 first and quantize that.");
    return tr("Runs a text through the original and through this model, and compares what they predict.");
}

QString QualityReport::failure() const
{
    const QueuedJob* job = measuringJob();
    return job && job->state == JobState::Failed ? failureOf(job->error, job->order).text : QString();
}

QString QualityReport::textName() const { return m_text.isEmpty() ? tr("Built-in text") : QFileInfo(m_text).fileName(); }

void QualityReport::setText(const QUrl& file)
{
    m_text = file.toLocalFile();
    emit changed();
}

void QualityReport::setMeasure(Measure measure)
{
    m_measure = measure;
    computePoints();
    emit changed();
}

void QualityReport::startMeasuring()
{
    if (!canMeasure() || measuring()) return;
    JobOrder order;
    order.kind = JobOrder::Kind::Measure;
    order.title = tr("%1 %2", "model, target").arg(m_order.title, nameOf(m_order, m_outcome));
    order.input = m_outcome.files.front();
    order.original = m_order.input;
    order.target = nameOf(m_order, m_outcome);
    order.text = m_text;
    m_measuringId = m_queue.add(std::move(order));
    emit changed();
}

void QualityReport::cancelMeasuring() { m_queue.cancel(m_measuringId); }

// A measurement has come: it is kept, whoever asked for it.
void QualityReport::take(int jobId)
{
    const QueuedJob* job = m_queue.find(jobId);
    if (!job || !job->outcome.measurement) return;
    const auto& measured = *job->outcome.measurement;
    MeasuredLoss loss{.original = pathText(job->order.original),
                      .originalBytes = qint64(job->outcome.sourceBytes),
                      .target = job->order.target,
                      .text = job->order.text,
                      .bytes = qint64(job->outcome.bytes),
                      .ppl = measured.perplexity.ppl,
                      .tokens = measured.perplexity.tokens};
    if (measured.divergence) {
        loss.basePpl = measured.divergence->basePpl;
        loss.kld = measured.divergence->kldMean;
        loss.sameTop = measured.divergence->sameTop;
        loss.deltaRms = measured.divergence->deltaRms;
    }
    m_records.addMeasured(loss);
    emit measuredAnother();
    if (m_open) compute();
}

void QualityReport::compute()
{
    m_loss.reset();
    const QString name = nameOf(m_order, m_outcome);
    for (const MeasuredLoss& loss : m_records.measured(pathText(m_order.input), qint64(m_outcome.sourceBytes))) {
        if (loss.target == name) m_loss = loss;
    }
    computeField();
    computePoints();

    const QLocale locale;
    const double share = m_outcome.sourceBytes == 0 ? 0 : double(m_outcome.bytes) / double(m_outcome.sourceBytes);
    const auto error = totalError(m_outcome.tensors);
    constexpr double kTenth = 0.0005; // a share that rounds to 0.0 %
    if (m_loss) {
        m_words = std::abs(m_loss->change()) < kTenth ? tr("%1 loses no measurable perplexity for %2 of the size.").arg(name, percentText(share))
                  : m_loss->change() < 0              ? tr("%1 is as good as the original on this text, for %2 of the size.").arg(name, percentText(share))
                                         : tr("%1 loses %2 perplexity for %3 of the size.").arg(name, percentText(m_loss->change(), 1), percentText(share));
    } else if (error) {
        m_words = tr("The weights of %1 are off by %2 on average, for %3 of the size.").arg(name, percentText(*error, 1), percentText(share));
    } else {
        m_words = tr("%1 takes %2 of the size.").arg(name, percentText(share));
    }

    m_figures.clear();
    if (m_loss) {
        constexpr int kPplDigits = 2, kKldDigits = 4;
        m_figures.append(Figure{.label = tr("Perplexity"),
                                .value = tr("%1 → %2").arg(locale.toString(m_loss->basePpl, 'f', kPplDigits), locale.toString(m_loss->ppl, 'f', kPplDigits)),
                                .help = tr("How surprised the model is by the text: lower is better. Before → after.")});
        m_figures.append(Figure{.label = tr("KL divergence"),
                                .value = locale.toString(m_loss->kld, 'f', kKldDigits),
                                .help = tr("How far its predictions have moved from the original's; 0 is no difference.")});
        m_figures.append(Figure{.label = tr("Same first choice"),
                                .value = percentText(m_loss->sameTop, 1),
                                .help = tr("How often its most likely next token is the original's, of %L1 tokens.").arg(m_loss->tokens)});
    }
    if (error) {
        m_figures.append(Figure{.label = tr("Error of the weights"), .value = percentText(*error, 1), .help = tr("Root mean square, relative to the original weights.")});
    }
    m_figures.append(Figure{.label = tr("Size"),
                            .value = tr("%1 → %2").arg(sizeText(qint64(m_outcome.sourceBytes)), sizeText(qint64(m_outcome.bytes))),
                            .help = m_outcome.bitsPerWeight > 0 ? tr("%1 bits per weight").arg(locale.toString(m_outcome.bitsPerWeight, 'f', 2)) : QString()});
    emit changed();
}

void QualityReport::computeField()
{
    m_cells.clear();
    m_outside.clear();
    m_outsideNames.clear();
    m_kinds.clear();
    m_layers = 0;
    double largest = 0;
    for (const auto& tensor : m_outcome.tensors) {
        if (tensor.error && tensor.type != tensor.sourceType) largest = std::max(largest, tensor.error->relative());
    }
    m_largestText = percentText(largest, 1);
    QStringList kinds;
    for (const auto& tensor : m_outcome.tensors) {
        if (!tensor.error || tensor.type == tensor.sourceType) continue; // untouched: no loss to show
        const TensorPlace place = placeOf(QString::fromStdString(tensor.name));
        const double error = tensor.error->relative();
        HeatCell cell;
        cell.level = largest > 0 ? error / largest : 0;
        const QString facts = tr("%1, error %2", "tensor type, error").arg(typeName(tensor.type), percentText(error, 1));
        if (place.layer < 0) {
            cell.text = tr("%1: %2", "tensor: facts").arg(kindTitle(place.kind), facts);
            m_outside.append(cell);
            m_outsideNames.append(kindTitle(place.kind));
            continue;
        }
        qsizetype row = kinds.indexOf(place.kind);
        if (row < 0) {
            row = kinds.size();
            kinds.append(place.kind);
            m_kinds.append(kindTitle(place.kind));
        }
        cell.row = int(row);
        cell.column = place.layer;
        cell.text = tr("Layer %1, %2: %3", "number, tensor, facts").arg(place.layer).arg(kindTitle(place.kind), facts);
        m_layers = std::max(m_layers, place.layer + 1);
        m_cells.append(cell);
    }
}

void QualityReport::computePoints()
{
    m_points.clear();
    m_sizeMarks.clear();
    m_lossMarks.clear();
    const auto losses = m_records.measured(pathText(m_order.input), qint64(m_outcome.sourceBytes));
    if (losses.isEmpty()) return;
    const bool perplexity = m_measure == Perplexity;
    const auto lossOf = [&](const MeasuredLoss& loss) { return perplexity ? std::max(0.0, loss.change()) : loss.kld; };
    double mostBytes = 0, mostLoss = 0;
    for (const auto& loss : losses) {
        mostBytes = std::max(mostBytes, double(loss.bytes));
        mostLoss = std::max(mostLoss, lossOf(loss));
    }
    constexpr double kLeastLoss = 1e-4; // an axis needs a length
    mostLoss = std::max(mostLoss, kLeastLoss);
    constexpr int kMarks = 4;
    const double byteStep = roundStep(mostBytes, kMarks), lossStep = roundStep(mostLoss, kMarks);
    const double byteEnd = std::ceil(mostBytes / byteStep) * byteStep, lossEnd = std::ceil(mostLoss / lossStep) * lossStep;
    const int lossDecimals = perplexity ? std::clamp(int(-std::floor(std::log10(lossStep * 100))), 0, 3) : std::clamp(int(-std::floor(std::log10(lossStep))), 0, 5);
    for (double at = 0; at <= byteEnd + byteStep / 2; at += byteStep) m_sizeMarks.append(AxisMark{.at = at / byteEnd, .text = sizeText(qint64(at))});
    for (double at = 0; at <= lossEnd + lossStep / 2; at += lossStep) {
        m_lossMarks.append(AxisMark{.at = at / lossEnd, .text = perplexity ? percentText(at, lossDecimals) : QLocale().toString(at, 'f', lossDecimals)});
    }
    const QString name = nameOf(m_order, m_outcome);
    for (const auto& loss : losses) {
        LossPoint point;
        point.name = loss.target;
        point.x = double(loss.bytes) / byteEnd;
        point.y = lossOf(loss) / lossEnd;
        point.current = loss.target == name;
        point.text = tr("%1: %2, perplexity %3, KL divergence %4")
                         .arg(loss.target, sizeText(loss.bytes), changeText(loss.change()), QLocale().toString(loss.kld, 'f', 4));
        m_points.append(point);
    }
}

} // namespace corral::app
