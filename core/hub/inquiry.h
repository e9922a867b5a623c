#pragma once
// Asks a service, at its addresses in their order: the next one when one cannot be reached or is in trouble, and the whole round again, after a pause, up to
// three times. What it refuses or does not have is told as it is. A child of the client, gone with its last answer.
#include "core/hub/client.h"
#include "core/hub/fetch.h"
#include "core/hub/service_api.h"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

#include <functional>

namespace corral::hub {

class Inquiry : public QObject {
public:
    // subject: what is asked about, for errors ("owner/name").
    Inquiry(HubClient& client, Service service, QString subject) : QObject(&client), m_client(client), m_service(service), m_subject(std::move(subject)) {}

protected:
    // One question at a time. The answer's status is 200 … 299.
    void ask(Question question, std::function<void(Result<Fetched>)> then);
    // Runs read() on a worker thread and then() here.
    template <class Read, class Then> void parse(Read read, Then then)
    {
        QtFuture::makeReadyValueFuture(0)
            .then(QThreadPool::globalInstance(), [read = std::move(read)](int) { return read(); })
            .then(this, [then = std::move(then)](std::invoke_result_t<Read> result) { then(std::move(result)); });
    }
    std::string host() const { return m_client.endpoint(m_service).host().toStdString(); }

    HubClient& m_client;
    const Service m_service;
    const QString m_subject;

private:
    void attempt();
    void heard(const QUrl& address, Result<Fetched> answer);
    Result<Fetched> judged(Fetched answer) const;

    Question m_question;
    std::function<void(Result<Fetched>)> m_then;
    QList<QUrl> m_left; // addresses of this round: the settings may change meanwhile
    int m_round = 0;
    int m_wish = 0; // ms that the service asked us to wait
    QElapsedTimer m_since;
};

// An inquiry that ends with a T, or is cancelled.
template <class T> class Answering : public Inquiry {
public:
    using Inquiry::Inquiry;
    QFuture<Result<T>> future()
    {
        m_promise.start();
        connect(&m_watcher, &QFutureWatcher<Result<T>>::canceled, this, &QObject::deleteLater);
        m_watcher.setFuture(m_promise.future());
        return m_promise.future();
    }

protected:
    void finish(Result<T> result)
    {
        m_watcher.disconnect(this);
        m_promise.addResult(std::move(result));
        m_promise.finish();
        deleteLater();
    }

private:
    QPromise<Result<T>> m_promise;
    QFutureWatcher<Result<T>> m_watcher;
};

} // namespace corral::hub
