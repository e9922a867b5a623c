#include "app/library/file_checker.h"

namespace corral::app {

FileChecker::FileChecker(QString sumsFile, QObject* parent) : QObject(parent), m_sumsFile(std::move(sumsFile)) { m_worker.setMaxThreadCount(1); }

FileChecker::~FileChecker()
{
    for (const auto& [path, job] : m_jobs) job->cancel();
    m_worker.waitForDone();
}

void FileChecker::start(std::shared_ptr<const shelf::Model> model)
{
    const QString path = QString::fromStdString(model->path().string());
    auto& job = m_jobs[path];
    if (job) return;
    job = std::make_shared<Job>();
    m_worker.start([this, path, model, job = job] {
        const std::filesystem::path sumsFile = m_sumsFile.toStdString();
        const auto progress = [this, path](const Progress& p) {
            const double share = p.total > 0 ? double(p.done) / double(p.total) : 0;
            QMetaObject::invokeMethod(this, [this, path, share] { emit progressed(path, share); });
        };
        auto verdict = shelf::check(*model, shelf::KnownSums::load(sumsFile), *job, progress);
        const bool kept = verdict && shelf::note(*model, *verdict, sumsFile);
        QMetaObject::invokeMethod(this, [this, path, kept, verdict = std::move(verdict)] {
            m_jobs.erase(path);
            if (verdict) emit passed(path, verdict->basis, kept);
            else emit failed(path, verdict.error());
        });
    });
}

void FileChecker::stop(const QString& path)
{
    if (const auto it = m_jobs.find(path); it != m_jobs.end()) it->second->cancel();
}

} // namespace corral::app
