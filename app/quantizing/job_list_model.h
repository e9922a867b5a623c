#pragma once
// The queue's jobs as rows, newest last, and what the strip at the window's bottom edge says of the one that runs.
#include "app/quantizing/quantize_queue.h"

#include <QAbstractListModel>
#include <QQmlEngine>
#include <QUrl>

namespace corral::app {

class JobListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("QuantizeController::jobs")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    // The job that runs (or pauses), for the strip.
    Q_PROPERTY(bool running READ running NOTIFY runningChanged)
    Q_PROPERTY(bool paused READ paused NOTIFY runningChanged)
    Q_PROPERTY(QString runningTitle READ runningTitle NOTIFY runningChanged)
    Q_PROPERTY(double runningProgress READ runningProgress NOTIFY runningProgressChanged)
    Q_PROPERTY(QString runningText READ runningText NOTIFY runningProgressChanged) // "12 s left", "Paused"
    Q_PROPERTY(int waiting READ waiting NOTIFY runningChanged)                       // jobs behind it

public:
    enum State { Waiting, Running, Paused, Done, Failed, Cancelled };
    Q_ENUM(State)
    enum Role {
        JobIdRole = Qt::UserRole + 1, // jobId: int. What the verbs take
        TitleRole,                    // title: string. "Qwen2.5 1.5B → Q4_K_M"
        StateRole,                    // jobState: State
        ProgressRole,                 // progress: real, 0 … 1
        DetailRole,                   // detail: string. What it is at, what it came to, why it failed
        TechnicalRole,                // technical: string. The engine's own words, for the tooltip
        OutputRole,                   // output: string. The name of the file (the first of several)
        HelpRole,                     // help: string. The failure's button: "Try again"
        CanChatRole,                  // canChat: bool. The output can be opened in the chat
        CanShowRole,                  // canShow: bool. There is a file to show
        HasReportRole,                // hasReport: bool
    };
    Q_ENUM(Role)

    explicit JobListModel(QuantizeQueue& queue, QObject* parent = nullptr);

    Q_INVOKABLE void pause(int jobId);
    Q_INVOKABLE void resume(int jobId);
    Q_INVOKABLE void cancel(int jobId);
    Q_INVOKABLE void cancelRunning();
    Q_INVOKABLE void help(int jobId);   // what a failure's button does
    Q_INVOKABLE void remove(int jobId); // from the list; files stay
    Q_INVOKABLE void chat(int jobId);   // chatWanted() follows
    Q_INVOKABLE void show(int jobId);   // in the file manager

    int count() const { return rowCount(); }
    bool running() const;
    bool paused() const;
    QString runningTitle() const;
    double runningProgress() const;
    QString runningText() const;
    int waiting() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void runningChanged();
    void runningProgressChanged();
    void chatWanted(const QUrl& file);
    // A job has ended, as a sentence: for whoever looks at another page.
    void ended(const QString& sentence);

private:
    QuantizeQueue& m_queue;
};

} // namespace corral::app
