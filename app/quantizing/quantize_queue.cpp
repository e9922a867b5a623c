#include "app/quantizing/quantize_queue.h"

#include "app/quantizing/workshop_records.h"

#include <algorithm>
#include <utility>

namespace corral::app {

double QueuedJob::fraction() const
{
    if (state == JobState::Done) return 1;
    return progress.total == 0 ? 0 : std::min(1.0, double(progress.done) / double(progress.total));
}

QuantizeQueue::QuantizeQueue(const Workshop& workshop, WorkshopRecords& records, QObject* parent)
    : QObject(parent), m_workshop(workshop), m_records(records)
{
    m_clock.start();
}

QuantizeQueue::~QuantizeQueue()
{
    if (m_run) m_run->job.cancel();
    if (m_thread.joinable()) m_thread.join();
    if (const QueuedJob* job = running()) m_records.endOutputs(job->outputs); // a cancelled run leaves nothing
}

const QueuedJob* QuantizeQueue::find(int id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : m_jobs[std::size_t(row)].get();
}

QueuedJob* QuantizeQueue::mutableJob(int id) { return const_cast<QueuedJob*>(std::as_const(*this).find(id)); }

const QueuedJob* QuantizeQueue::running() const { return m_runningId == 0 ? nullptr : find(m_runningId); }

int QuantizeQueue::rowOf(int id) const
{
    const auto it = std::ranges::find(m_jobs, id, [](const auto& job) { return job->id; });
    return it == m_jobs.end() ? -1 : int(it - m_jobs.begin());
}

void QuantizeQueue::setState(QueuedJob& job, JobState state)
{
    job.state = state;
    emit changed(rowOf(job.id));
}

int QuantizeQueue::add(JobOrder order)
{
    const int row = int(m_jobs.size());
    emit aboutToAdd(row);
    auto job = std::make_unique<QueuedJob>();
    job->id = ++m_lastId;
    job->order = std::move(order);
    const int id = job->id;
    m_jobs.push_back(std::move(job));
    emit added(row);
    startNext();
    return id;
}

void QuantizeQueue::pause(int id)
{
    QueuedJob* job = mutableJob(id);
    if (!job || job->state != JobState::Running) return;
    m_run->job.pause();
    setState(*job, JobState::Paused);
    emit runningChanged();
}

void QuantizeQueue::resume(int id)
{
    QueuedJob* job = mutableJob(id);
    if (!job || job->state != JobState::Paused) return;
    job->pace.restart();
    m_run->job.resume();
    setState(*job, JobState::Running);
    emit runningChanged();
}

void QuantizeQueue::cancel(int id)
{
    QueuedJob* job = mutableJob(id);
    if (!job) return;
    if (job->state == JobState::Waiting) setState(*job, JobState::Cancelled);
    else if (id == m_runningId) m_run->job.cancel(); // the run ends with Cancelled
}

void QuantizeQueue::retry(int id)
{
    const QueuedJob* job = find(id);
    if (!job || (job->state != JobState::Failed && job->state != JobState::Cancelled)) return;
    JobOrder order = job->order;
    remove(id);
    add(std::move(order));
}

void QuantizeQueue::remove(int id)
{
    const int row = rowOf(id);
    if (row < 0 || id == m_runningId) return;
    emit aboutToRemove(row);
    m_jobs.erase(m_jobs.begin() + row);
    emit removed(row);
}

void QuantizeQueue::startNext()
{
    if (m_runningId != 0) return;
    const auto next = std::ranges::find(m_jobs, JobState::Waiting, [](const auto& job) { return job->state; });
    if (next == m_jobs.end()) return;
    QueuedJob& job = **next;
    m_runningId = job.id;
    m_run = std::make_shared<Run>();
    if (m_thread.joinable()) m_thread.join(); // it has sent its last word
    m_thread = std::jthread([this, run = m_run, id = job.id, order = job.order, work = m_workshop.run] {
        const JobEvents events{
            .progress =
                [&](const Progress& progress) {
                    const std::lock_guard lock(run->mutex);
                    run->latest = progress;
                    if (!std::exchange(run->posted, true)) QMetaObject::invokeMethod(this, [this, id] { takeProgress(id); }, Qt::QueuedConnection);
                },
            .outputs = [&](const std::vector<std::filesystem::path>& files) {
                QMetaObject::invokeMethod(this, [this, id, files] { takeOutputs(id, files); }, Qt::QueuedConnection);
            }};
        auto result = work(order, run->job, events);
        QMetaObject::invokeMethod(this, [this, id, result = std::move(result)]() mutable { finish(id, std::move(result)); }, Qt::QueuedConnection);
    });
    setState(job, JobState::Running);
    emit runningChanged();
}

void QuantizeQueue::takeProgress(int id)
{
    QueuedJob* job = mutableJob(id);
    if (!job || id != m_runningId) return;
    {
        const std::lock_guard lock(m_run->mutex);
        job->progress = m_run->latest;
        m_run->posted = false;
    }
    constexpr double kMilli = 1e-3;
    if (job->state == JobState::Running) job->pace.add(job->progress.done, job->progress.total, double(m_clock.elapsed()) * kMilli);
    emit changed(rowOf(id));
}

void QuantizeQueue::takeOutputs(int id, const std::vector<std::filesystem::path>& files)
{
    QueuedJob* job = mutableJob(id);
    if (!job) return;
    job->outputs = files;
    m_records.beginOutputs(files);
}

void QuantizeQueue::finish(int id, Result<JobOutcome> result)
{
    QueuedJob* job = mutableJob(id);
    m_runningId = 0;
    m_records.endOutputs(job->outputs);
    if (result) {
        job->outcome = std::move(*result);
        setState(*job, JobState::Done);
        emit finished(id);
    } else if (result.error().code == ErrorCode::Cancelled) {
        setState(*job, JobState::Cancelled);
    } else {
        job->error = result.error();
        setState(*job, JobState::Failed);
    }
    startNext();
    if (m_runningId == 0) emit runningChanged();
}

} // namespace corral::app
