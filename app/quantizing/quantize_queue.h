#pragma once
// Jobs, one after another, each on a worker thread. What a job was told and has come to stays here until it is removed; the list the window
// shows is JobListModel. All of this lives on one thread; only the Workshop runs elsewhere.
#include "app/quantizing/pace.h"
#include "app/quantizing/workshop.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace corral::app {

class WorkshopRecords;

enum class JobState { Waiting, Running, Paused, Done, Failed, Cancelled };

struct QueuedJob {
    int id = 0;
    JobOrder order;
    JobState state = JobState::Waiting;
    Progress progress;
    Pace pace;
    JobOutcome outcome; // Done
    Error error;        // Failed
    std::vector<std::filesystem::path> outputs; // announced by the run
    double fraction() const;
};

class QuantizeQueue : public QObject {
    Q_OBJECT

public:
    QuantizeQueue(const Workshop& workshop, WorkshopRecords& records, QObject* parent = nullptr);
    ~QuantizeQueue() override; // cancels what runs and waits for it

    int add(JobOrder order); // its id
    void pause(int id);
    void resume(int id);
    void cancel(int id);
    void retry(int id);  // Failed or Cancelled → Waiting, at the end
    void remove(int id); // not while it runs

    const std::vector<std::unique_ptr<QueuedJob>>& jobs() const { return m_jobs; }
    const QueuedJob* find(int id) const;
    const QueuedJob* running() const; // or paused; null: none
    int rowOf(int id) const;          // -1: none

signals:
    void aboutToAdd(int row);
    void added(int row);
    void aboutToRemove(int row);
    void removed(int row);
    void changed(int row);
    void runningChanged(); // another one runs, or none
    void finished(int id); // Done

private:
    struct Run { // what the worker and this thread share
        Job job;
        std::mutex mutex;
        Progress latest;      // guarded by mutex
        bool posted = false;  // guarded by mutex: a look at `latest` is on its way
    };

    QueuedJob* mutableJob(int id);
    void setState(QueuedJob& job, JobState state);
    void startNext();
    void takeProgress(int id);
    void takeOutputs(int id, const std::vector<std::filesystem::path>& files);
    void finish(int id, Result<JobOutcome> result);

    const Workshop m_workshop;
    WorkshopRecords& m_records;
    std::vector<std::unique_ptr<QueuedJob>> m_jobs;
    int m_lastId = 0, m_runningId = 0; // 0: none
    std::shared_ptr<Run> m_run;
    std::jthread m_thread;
    QElapsedTimer m_clock;
};

} // namespace corral::app
