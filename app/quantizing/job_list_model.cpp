#include "app/quantizing/job_list_model.h"

#include "app/quantizing/job_words.h"

#include <QDesktopServices>
#include <QFileInfo>

#include <algorithm>

namespace corral::app {

JobListModel::JobListModel(QuantizeQueue& queue, QObject* parent) : QAbstractListModel(parent), m_queue(queue)
{
    connect(&queue, &QuantizeQueue::aboutToAdd, this, [this](int row) { beginInsertRows({}, row, row); });
    connect(&queue, &QuantizeQueue::added, this, [this] {
        endInsertRows();
        emit countChanged();
        emit runningChanged();
    });
    connect(&queue, &QuantizeQueue::aboutToRemove, this, [this](int row) { beginRemoveRows({}, row, row); });
    connect(&queue, &QuantizeQueue::removed, this, [this] {
        endRemoveRows();
        emit countChanged();
        emit runningChanged();
    });
    connect(&queue, &QuantizeQueue::changed, this, [this](int row) {
        emit dataChanged(index(row), index(row));
        emit runningProgressChanged();
        const QueuedJob& job = *m_queue.jobs()[std::size_t(row)];
        if (job.state == JobState::Done) emit ended(tr("%1: done.").arg(titleOf(job.order)));
        if (job.state == JobState::Failed) emit ended(tr("%1: failed.").arg(titleOf(job.order)));
    });
    connect(&queue, &QuantizeQueue::runningChanged, this, [this] {
        emit runningChanged();
        emit runningProgressChanged();
    });
}

int JobListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_queue.jobs().size()); }

static JobListModel::State publicState(JobState state)
{
    switch (state) {
    case JobState::Waiting: return JobListModel::Waiting;
    case JobState::Running: return JobListModel::Running;
    case JobState::Paused: return JobListModel::Paused;
    case JobState::Done: return JobListModel::Done;
    case JobState::Failed: return JobListModel::Failed;
    case JobState::Cancelled: return JobListModel::Cancelled;
    }
    return JobListModel::Waiting;
}

static QString pathOf(const QueuedJob& job)
{
    if (!job.outcome.files.empty()) return QString::fromStdString(job.outcome.files.front().string());
    return job.order.kind == JobOrder::Kind::Measure ? QString() : QString::fromStdString(job.order.output.string());
}

QVariant JobListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const QueuedJob& job = *m_queue.jobs()[std::size_t(index.row())];
    const bool done = job.state == JobState::Done;
    switch (role) {
    case JobIdRole: return job.id;
    case Qt::DisplayRole:
    case TitleRole: return titleOf(job.order);
    case StateRole: return publicState(job.state);
    case ProgressRole: return job.fraction();
    case DetailRole:
        switch (job.state) {
        case JobState::Waiting: return tr("Waiting for its turn");
        case JobState::Running: return progressText(job);
        case JobState::Paused: return tr("Paused at %1").arg(percentText(job.fraction()));
        case JobState::Done: return resultText(job);
        case JobState::Failed: return failureOf(job.error, job.order).text;
        case JobState::Cancelled: return tr("Cancelled. Nothing was left behind.");
        }
        return {};
    case TechnicalRole: return job.state == JobState::Failed ? failureOf(job.error, job.order).detail : QString();
    case OutputRole: return QFileInfo(pathOf(job)).fileName();
    case HelpRole: return job.state == JobState::Failed || job.state == JobState::Cancelled ? tr("Try again") : QString();
    case CanChatRole: return done && !job.outcome.files.empty();
    case CanShowRole: return done && !job.outcome.files.empty();
    case HasReportRole: return done && (job.outcome.measurement.has_value() || job.order.kind == JobOrder::Kind::Quantize);
    default: return {};
    }
}

QHash<int, QByteArray> JobListModel::roleNames() const
{
    return {{JobIdRole, "jobId"},         {TitleRole, "title"},   {StateRole, "jobState"}, {ProgressRole, "progress"}, {DetailRole, "detail"},
            {TechnicalRole, "technical"}, {OutputRole, "output"}, {HelpRole, "help"},      {CanChatRole, "canChat"},   {CanShowRole, "canShow"},
            {HasReportRole, "hasReport"}};
}

void JobListModel::pause(int jobId) { m_queue.pause(jobId); }
void JobListModel::resume(int jobId) { m_queue.resume(jobId); }
void JobListModel::cancel(int jobId) { m_queue.cancel(jobId); }
void JobListModel::help(int jobId) { m_queue.retry(jobId); }
void JobListModel::remove(int jobId) { m_queue.remove(jobId); }

void JobListModel::cancelRunning()
{
    if (const QueuedJob* job = m_queue.running()) m_queue.cancel(job->id);
}

void JobListModel::chat(int jobId)
{
    const QueuedJob* job = m_queue.find(jobId);
    if (job && !job->outcome.files.empty()) emit chatWanted(QUrl::fromLocalFile(pathOf(*job)));
}

void JobListModel::show(int jobId)
{
    const QueuedJob* job = m_queue.find(jobId);
    if (job && !job->outcome.files.empty()) QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(pathOf(*job)).absolutePath()));
}

bool JobListModel::running() const { return m_queue.running() != nullptr; }

bool JobListModel::paused() const
{
    const QueuedJob* job = m_queue.running();
    return job && job->state == JobState::Paused;
}

QString JobListModel::runningTitle() const
{
    const QueuedJob* job = m_queue.running();
    return job ? titleOf(job->order) : QString();
}

double JobListModel::runningProgress() const
{
    const QueuedJob* job = m_queue.running();
    return job ? job->fraction() : 0;
}

QString JobListModel::runningText() const
{
    const QueuedJob* job = m_queue.running();
    if (!job) return {};
    if (job->state == JobState::Paused) return tr("Paused");
    const auto left = job->pace.secondsLeft();
    return left ? timeLeftText(*left) : percentText(job->fraction());
}

int JobListModel::waiting() const
{
    return int(std::ranges::count(m_queue.jobs(), JobState::Waiting, [](const auto& job) { return job->state; }));
}

} // namespace corral::app
