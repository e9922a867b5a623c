#include "app/quantizing/quantize_controller.h"

#include "app/models/free_memory.h"
#include "app/quantizing/choices.h"
#include "app/quantizing/job_words.h"
#include "app/text/sentences.h"
#include "core/convert/checkpoint.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace corral::app {

namespace {

constexpr double kGigabyte = 1e9;
const QString kSuffix = QStringLiteral(".gguf");

QString pathText(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

bool isModelFile(const QString& path) { return path.endsWith(kSuffix, Qt::CaseInsensitive); }

bool isCheckpointPath(const QString& path)
{
    return path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive) || (QFileInfo(path).isDir() && convert::isCheckpoint(path.toStdString()));
}

// The name without its shard number and ".gguf": shards of one model have it in common.
QString stemOf(const QString& path)
{
    static const QRegularExpression shard(QStringLiteral("-\\d{5}-of-\\d{5}$"));
    QString stem = path;
    if (isModelFile(stem)) stem.chop(kSuffix.size());
    return stem.remove(shard);
}

// Without the type that it names at its end: "Qwen2.5-1.5B-Instruct-F16" → "Qwen2.5-1.5B-Instruct".
QString withoutType(const QString& stem)
{
    static const QRegularExpression type(QStringLiteral("[-._]((BF|F|FP)(16|32)|I?Q\\d\\w*|TQ\\d\\w*|MXFP4\\w*)$"), QRegularExpression::CaseInsensitiveOption);
    QString name = stem;
    return name.remove(type);
}

} // namespace

QuantizeController::QuantizeController(const Workshop& workshop, const QString& recordsFile, QObject* parent)
    : QObject(parent), m_workshop(workshop), m_records(recordsFile), m_queue(workshop, m_records), m_contents(workshop), m_jobs(m_queue),
      m_report(m_queue, m_records)
{
    m_worker.setMaxThreadCount(1);
    constexpr int kPauseMs = 150; // while a field is typed in
    m_replan.setSingleShot(true);
    m_replan.setInterval(kPauseMs);
    connect(&m_replan, &QTimer::timeout, this, &QuantizeController::plan);
    connect(&m_options, &QuantizeOptions::changed, this, [this] {
        if (m_state == Ready) m_replan.start();
        emit planChanged();
    });
    connect(&m_targets, &TargetListModel::selectedChanged, this, &QuantizeController::planChanged);
    connect(&m_report, &QualityReport::measuredAnother, this, &QuantizeController::showLosses);
    connect(&m_jobs, &JobListModel::chatWanted, this, &QuantizeController::chatWanted);
    connect(&m_queue, &QuantizeQueue::finished, this, &QuantizeController::planChanged); // a file more is there
}

QuantizeController::~QuantizeController()
{
    m_worker.clear();
    m_worker.waitForDone();
}

void QuantizeController::setState(State state)
{
    m_state = state;
    emit stateChanged();
    emit planChanged();
}

bool QuantizeController::isModel(const QList<QUrl>& urls) const
{
    return std::ranges::any_of(urls, [](const QUrl& url) { return url.isLocalFile() && isModelFile(url.toLocalFile()); });
}

bool QuantizeController::isCheckpoint(const QList<QUrl>& urls) const
{
    return std::ranges::any_of(urls, [](const QUrl& url) { return url.isLocalFile() && isCheckpointPath(url.toLocalFile()); });
}

void QuantizeController::open(const QList<QUrl>& urls)
{
    QStringList paths, stems;
    for (const QUrl& url : urls) {
        const QString path = url.isLocalFile() ? QDir::cleanPath(url.toLocalFile()) : QString();
        if (path.isEmpty() || stems.contains(stemOf(path))) continue;
        if (urls.size() > 1 && !isModelFile(path) && !isCheckpointPath(path)) continue; // what came along
        stems.append(stemOf(path));
        paths.append(path);
    }
    if (paths.isEmpty()) return;
    m_following = paths.mid(1);
    emit followingChanged();
    openPath(paths.front());
}

void QuantizeController::openPath(const QString& path)
{
    m_state = Reading; // before anything is told: from here on there is no model
    m_model.reset();
    m_report.close();
    m_output.clear();
    m_targets.clear();
    m_contents.setModel(nullptr);
    m_errorText = m_errorDetail = m_optionsProblem = QString();
    m_planning = 0;
    const quint64 generation = ++m_generation;
    setState(Reading);
    if (QFileInfo(path).isDir() && !isCheckpointPath(path)) {
        m_errorText = tr("“%1” holds no model: there should be a config.json and files ending in .safetensors.").arg(QFileInfo(path).fileName());
        return setState(Failed);
    }
    m_worker.start([this, path, generation, open = m_workshop.open] {
        auto model = open(path.toStdString());
        QMetaObject::invokeMethod(this, [this, path, generation, model = std::move(model)]() mutable {
            if (generation == m_generation) take(std::move(model), path);
        }, Qt::QueuedConnection);
    });
}

void QuantizeController::take(Result<SourceModel> model, const QString& path)
{
    if (!model) {
        const Failure failure = openFailureOf(model.error(), QFileInfo(path).fileName());
        m_errorText = failure.text;
        m_errorDetail = failure.detail;
        return setState(Failed);
    }
    m_model = std::make_shared<const SourceModel>(std::move(*model));
    m_contents.setModel(m_model);
    if ((m_task == Merge && !canMerge()) || (m_task == Split && !canSplit())) setTask(Quantize);
    if (canMerge() && m_task == Quantize && m_model->quantized) setTask(Merge); // finished models come in shards to be merged
    constexpr double kTenth = 0.1, kHalf = 0.5; // a goal to start from: half of what it takes now
    m_options.setGoalGigabytes(std::max(kTenth, std::round(double(m_model->bytes) * kHalf / (kGigabyte * kTenth)) * kTenth));
    showLosses();
    setState(Ready);
    plan();
}

void QuantizeController::close()
{
    ++m_generation;
    m_planning = 0;
    m_state = Empty; // before anything is told: from here on there is no model
    m_following.clear();
    m_model.reset();
    m_targets.clear();
    m_contents.setModel(nullptr);
    m_report.close();
    setTask(Quantize);
    emit followingChanged();
    setState(Empty);
}

void QuantizeController::setTask(Task task)
{
    if (task == m_task) return;
    m_task = task;
    m_output.clear();
    emit taskChanged();
    emit planChanged();
}

// The table, on the worker: the matrix is read there too.
void QuantizeController::plan()
{
    if (!m_model) return;
    const quint64 generation = ++m_generation;
    m_worker.clear();
    m_planning = 1;
    emit planChanged();
    m_worker.start([this, generation, model = m_model, choices = m_options.choices(), memory = freeMemory()] {
        auto resolved = resolve(choices);
        const quantize::PlanOptions options = resolved ? resolved->options : quantize::PlanOptions{};
        const QList<TargetRow> rows = planTargets(*model, options, memory);
        const QString problem = resolved ? QString() : QString::fromStdString(resolved.error().message);
        QMetaObject::invokeMethod(this, [this, generation, rows, problem] {
            if (generation != m_generation || !m_model) return;
            m_planning = 0;
            m_optionsProblem = problem;
            m_targets.show(rows, recommend(rows, *m_model), m_model->bytes);
            emit planChanged();
        }, Qt::QueuedConnection);
    });
}

void QuantizeController::showLosses()
{
    QHash<QString, double> losses;
    if (m_model) {
        for (const MeasuredLoss& loss : m_records.measured(path(), qint64(m_model->bytes))) losses.insert(loss.target, loss.change());
    }
    m_targets.setLosses(losses);
}

QString QuantizeController::name() const { return m_model ? QString::fromStdString(m_model->name) : QString(); }

QString QuantizeController::path() const { return m_model ? pathText(m_model->path) : QString(); }

QString QuantizeController::fileName() const { return QFileInfo(path()).fileName(); }

QString QuantizeController::facts() const
{
    if (!m_model) return {};
    QStringList parts{QString::fromStdString(m_model->architecture), parametersText(qint64(m_model->parameters)), QString::fromStdString(m_model->type),
                      sizeText(qint64(m_model->bytes))};
    if (m_model->shards > 1) parts.append(tr("%n file(s)", nullptr, m_model->shards));
    if (m_model->checkpoint) parts.append(tr("Hugging Face folder"));
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString QuantizeController::sizeDetail() const { return m_model ? app::sizeDetail(qint64(m_model->bytes)) : QString(); }

bool QuantizeController::isFolder() const { return m_model && m_model->checkpoint; }
bool QuantizeController::canMerge() const { return m_model && m_model->shards > 1; }

QStringList QuantizeController::parts() const
{
    QStringList names;
    if (!canMerge()) return names;
    const std::filesystem::path prefix = stemOf(path()).toStdString();
    for (int number = 1; number <= m_model->shards; ++number) names.append(pathText(gguf::shardPath(prefix, number, m_model->shards).filename()));
    return names;
}

bool QuantizeController::canSplit() const { return m_model && !m_model->checkpoint && m_model->source->tensors().size() > 1; }

bool QuantizeController::needsPermission() const
{
    const bool changes = m_options.goal() != QuantizeOptions::NoGoal || (m_targets.current() && m_targets.current()->name != kUnchanged);
    return m_model && m_model->quantized && m_task == Quantize && changes && !m_options.choices().allowRequantize;
}

QStringList QuantizeController::following() const
{
    QStringList names;
    for (const QString& path : m_following) names.append(QFileInfo(path).fileName());
    return names;
}

QString QuantizeController::recommendation() const
{
    const TargetRow* row = m_targets.recommended();
    return row ? tr("%1 is recommended. %2", "target, reason").arg(targetName(row->name), reasonText(m_targets.reason())) : QString();
}

QString QuantizeController::summary() const
{
    if (m_state != Ready) return {};
    if (m_task == Merge) return tr("%n file(s) into one", nullptr, m_model->shards);
    if (m_task == Split) {
        return m_splitBy == BySize ? tr("Files of at most %1 GB").arg(QLocale().toString(m_splitGigabytes)) : tr("Files of at most %n tensor(s)", nullptr, m_splitTensors);
    }
    const QuantizeChoices choices = m_options.choices();
    if (choices.goalBytes > 0) return tr("Mixed types · %1").arg(sizeText(qint64(choices.goalBytes)));
    if (choices.goalBits > 0) return tr("Mixed types · %1 bits per weight").arg(QLocale().toString(choices.goalBits));
    const TargetRow* row = m_targets.current();
    if (!row) return {};
    if (!row->problem.isEmpty()) return targetName(row->name);
    return tr("%1 · %2 · %3 bits per weight").arg(targetName(row->name), sizeText(qint64(row->bytes)), QLocale().toString(row->bitsPerWeight, 'f', 2));
}

void QuantizeController::setSplitBy(SplitBy by)
{
    m_splitBy = by;
    emit planChanged();
}

void QuantizeController::setSplitGigabytes(double gigabytes)
{
    m_splitGigabytes = gigabytes;
    emit planChanged();
}

void QuantizeController::setSplitTensors(int tensors)
{
    m_splitTensors = tensors;
    emit planChanged();
}

bool QuantizeController::severalFiles() const
{
    if (m_task == Split) return true;
    const QuantizeChoices choices = m_options.choices();
    return m_task == Quantize && (choices.splitGigabytes > 0 || (choices.keepSplit && canMerge()));
}

QString QuantizeController::proposedOutput() const
{
    if (!m_model) return {};
    const QFileInfo input(path());
    // Beside a file, or beside the folder of a checkpoint.
    const QString stem = m_model->checkpoint ? (input.isDir() ? input.absoluteFilePath() : input.absolutePath()) : stemOf(input.absoluteFilePath());
    if (m_task == Merge) return stem + kSuffix;
    if (m_task == Split) return stem;
    QString target = tr("mixed", "part of a file name: mixed types");
    if (const TargetRow* row = m_targets.current(); row && m_options.goal() == QuantizeOptions::NoGoal) {
        target = row->name != kUnchanged ? row->name : m_model->checkpoint ? QString::fromStdString(m_model->type) : QStringLiteral("copy");
    }
    const QString base = withoutType(stem) + u'-' + target;
    return severalFiles() ? base : base + kSuffix;
}

QString QuantizeController::output() const
{
    const QFileInfo proposed(proposedOutput());
    if (proposed.fileName().isEmpty()) return {};
    QString name = m_output.isEmpty() ? proposed.fileName() : m_output;
    if (severalFiles() && isModelFile(name)) name.chop(kSuffix.size());
    else if (!severalFiles() && !isModelFile(name)) name += kSuffix;
    return (m_folder.isEmpty() ? proposed.absolutePath() : m_folder) + u'/' + name;
}

QString QuantizeController::outputName() const { return m_state == Ready ? QFileInfo(output()).fileName() : QString(); }
QString QuantizeController::outputFolder() const { return m_state == Ready ? QFileInfo(output()).absolutePath() : QString(); }
QUrl QuantizeController::outputUrl() const { return QUrl::fromLocalFile(output()); }

void QuantizeController::setOutputName(const QString& name)
{
    QString plain = name.trimmed();
    plain.remove(u'/');
    if (plain == outputName()) return;
    m_output = plain;
    emit planChanged();
}

void QuantizeController::setOutput(const QUrl& file)
{
    const QFileInfo info(file.toLocalFile());
    m_folder = info.absolutePath();
    m_output = info.fileName();
    emit planChanged();
}

QString QuantizeController::outputNote() const
{
    if (m_state != Ready || severalFiles() || !QFileInfo::exists(output())) return {};
    return m_task == Quantize ? tr("A file of this name is there. It will be replaced.") : tr("A file of this name is there. Choose another name.");
}

QString QuantizeController::startProblem() const
{
    if (m_state != Ready) return tr("Open a model first.");
    if (m_planning > 0 && m_targets.count() == 0) return tr("The sizes are being computed.");
    const QFileInfo folder(outputFolder());
    if (!folder.isDir()) return tr("The folder “%1” is not there.").arg(folder.filePath());
    if (!folder.isWritable()) return tr("Nothing can be written to “%1”. Choose another folder.").arg(folder.filePath());
    if (m_task == Merge && QFileInfo::exists(output())) return outputNote();
    if (m_task != Quantize) return {};
    if (m_model->file) {
        for (const auto& shard : m_model->file->shards()) {
            if (shard.file->isSameFileAs(output().toStdString())) return tr("This would overwrite the model itself. Choose another name.");
        }
    }
    if (!m_optionsProblem.isEmpty()) return m_optionsProblem;
    if (m_options.goal() == QuantizeOptions::NoGoal) {
        const TargetRow* row = m_targets.current();
        if (!row) return tr("Choose a target.");
        if (!row->problem.isEmpty()) return tr("%1 cannot be made of this model: %2").arg(row->name, row->problem);
        if (row->needsMatrix) return tr("%1 needs an importance matrix. Choose one under Advanced.").arg(row->name);
    }
    if (needsPermission()) return tr("This model is quantized already.");
    return {};
}

QString QuantizeController::startText() const
{
    switch (m_task) {
    case Merge: return tr("Merge");
    case Split: return tr("Split");
    default: return isFolder() ? tr("Convert") : tr("Quantize");
    }
}

JobOrder QuantizeController::order() const
{
    JobOrder order;
    order.title = withoutType(name());
    order.input = m_model->path;
    order.checkpoint = m_model->checkpoint;
    order.output = output().toStdString();
    switch (m_task) {
    case Merge: order.kind = JobOrder::Kind::Merge; break;
    case Split:
        order.kind = JobOrder::Kind::Split;
        if (m_splitBy == BySize) order.split.maxBytes = std::uint64_t(m_splitGigabytes * kGigabyte);
        else order.split.maxTensors = std::uint64_t(m_splitTensors);
        break;
    case Quantize:
    case Contents:
        order.kind = JobOrder::Kind::Quantize;
        if (const TargetRow* row = m_targets.current()) order.target = row->name;
        order.choices = m_options.choices();
        break;
    }
    return order;
}

void QuantizeController::start()
{
    if (!canStart()) return;
    m_queue.add(order());
    m_output.clear();
    if (!m_following.isEmpty()) {
        const QString next = m_following.takeFirst();
        emit followingChanged();
        openPath(next);
    }
}

QString QuantizeController::leftovers() const
{
    const QStringList parts = m_records.leftovers();
    if (parts.isEmpty()) return {};
    qint64 bytes = 0;
    for (const QString& part : parts) bytes += QFileInfo(part).size();
    return parts.size() == 1
               ? tr("Corral ended while it was writing “%1”. What is left of it takes %2 and is of no use.").arg(QFileInfo(parts.front()).fileName(), sizeText(bytes))
               : tr("Corral ended while it was writing %n file(s). What is left of them takes %1 and is of no use.", nullptr, int(parts.size())).arg(sizeText(bytes));
}

void QuantizeController::deleteLeftovers()
{
    m_records.deleteLeftovers();
    emit leftoversChanged();
}

void QuantizeController::keepLeftovers()
{
    m_records.forgetLeftovers();
    emit leftoversChanged();
}

} // namespace corral::app
