#pragma once
// Verifies models one after another, each byte of their files, on a worker thread.
#include "app/shelf/check.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <map>
#include <memory>

namespace corral::app {

class FileChecker : public QObject {
    Q_OBJECT

public:
    explicit FileChecker(QString sumsFile, QObject* parent = nullptr);
    ~FileChecker() override;

    void start(std::shared_ptr<const shelf::Model> model); // nothing if it is at work or waits already
    void stop(const QString& path);
    bool running(const QString& path) const { return m_jobs.contains(path); }

signals:
    void progressed(const QString& path, double share);
    void passed(const QString& path, corral::shelf::Verdict::Basis basis, bool kept); // kept: its sums are there the next time
    void failed(const QString& path, const corral::Error& error); // also with Cancelled

private:
    const QString m_sumsFile;
    std::map<QString, std::shared_ptr<Job>> m_jobs; // by path
    QThreadPool m_worker;
};

} // namespace corral::app
