#include "core/hub/secret_service.h"

#include <QObject>

#include <qt6keychain/keychain.h>

#include <utility>

namespace corral::hub {

namespace {

const QString kProgram = QStringLiteral("corral");

class DesktopService : public SecretService {
public:
    void read(const QString& key, Answer answer) override
    {
        auto* job = new QKeychain::ReadPasswordJob(kProgram, &m_jobs);
        run(job, key, [job, answer = std::move(answer)] { answer(job->error() == QKeychain::NoError ? Result<QString>(job->textData()) : failureOf(*job)); });
    }
    void write(const QString& key, const QString& text, Answer answer) override
    {
        auto* job = new QKeychain::WritePasswordJob(kProgram, &m_jobs);
        job->setTextData(text);
        run(job, key, [job, answer = std::move(answer)] { answer(job->error() == QKeychain::NoError ? Result<QString>() : failureOf(*job)); });
    }
    void remove(const QString& key, Answer answer) override
    {
        auto* job = new QKeychain::DeletePasswordJob(kProgram, &m_jobs);
        run(job, key, [job, answer = std::move(answer)] {
            const bool gone = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
            answer(gone ? Result<QString>() : failureOf(*job));
        });
    }

private:
    static Result<QString> failureOf(const QKeychain::Job& job)
    {
        return fail(job.error() == QKeychain::EntryNotFound ? ErrorCode::NotFound : ErrorCode::Io, "{}", job.errorString().toStdString());
    }
    template <class Then> void run(QKeychain::Job* job, const QString& key, Then then)
    {
        job->setKey(key);
        QObject::connect(job, &QKeychain::Job::finished, &m_jobs, std::move(then));
        job->start();
    }

    QObject m_jobs; // their parent: they end with it
};

} // namespace

std::unique_ptr<SecretService> SecretService::ofDesktop() { return std::make_unique<DesktopService>(); }

} // namespace corral::hub
