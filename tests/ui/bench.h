#pragma once
// A window's objects on a scripted engine, in a folder of their own: what tests/ui works on.
#include "app/application/application.h"
#include "app/devices/scripted_devices.h"
#include "app/engine/scripted_engine.h"
#include "app/quantizing/scripted_workshop.h"

#include <QObject>
#include <QQuickWindow>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QUrl>
#include <QVariantMap>

#include <atomic>
#include <memory>

namespace corral::ui {

class Bench : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // Before the application object: Breeze, software rendering, no animation, a configuration of its own.
    static void prepareProcess();
    // After it.
    static void prepareApplication();
    // Kirigami Addons' forms ask for it.
    static void prepareEngine(QQmlEngine& engine);

    // Fresh objects, with three models in the models folder. What was handed out before is gone: close its window first.
    Q_INVOKABLE void start(double tokensPerSecond = 0, double promptTokensPerSecond = 0, double loadSeconds = 0);
    Q_INVOKABLE QVariantMap properties() { return m_application->initialProperties(); } // for Main.qml
    Q_INVOKABLE QUrl model(const QString& name) const;                                  // "small", "large" or "mamba" (which is refused)
    Q_INVOKABLE int conversation(const QString& title, int messages);                   // stored; its id
    Q_INVOKABLE QString clipboard() const;
    // A small model with weights, which the real workshop works on; all others go to the scripted one.
    Q_INVOKABLE QUrl tinyModel(const QString& name = QStringLiteral("tiny-F32")) const;
    Q_INVOKABLE QUrl shortText() const;  // just long enough to measure the tiny model on
    Q_INVOKABLE QUrl checkpoint() const; // a folder that looks like one, for the scripted workshop
    Q_INVOKABLE QUrl file(const QString& name) const; // in the models folder; it need not be there
    Q_INVOKABLE bool exists(const QUrl& file) const;
    Q_INVOKABLE int freePort() const;          // of this machine, that nobody listens at
    Q_INVOKABLE int takePort();                // one that is taken, until the bench goes
    Q_INVOKABLE void setDownloadSpeed(double bytesPerSecond) { m_downloadSpeed = bytesPerSecond; } // from the next start() on
    Q_INVOKABLE void setJobSpeed(double bytesPerSecond) { *m_jobSpeed = bytesPerSecond; } // of scripted jobs; 0: at once
    // The graphics cards of the machine: "none", "laptop", "small", "software".
    Q_INVOKABLE void setCards(const QString& machine);
    // `across`: where, as a share of the window's width.
    Q_INVOKABLE void drop(QQuickWindow* window, const QList<QUrl>& urls, double across = 0.5) const;

    app::Application& application() { return *m_application; }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QTcpServer m_otherProgram;
    app::ScriptedDevices m_cards;
    double m_downloadSpeed = 20e6;
    std::shared_ptr<std::atomic<double>> m_jobSpeed = std::make_shared<std::atomic<double>>(0);
    std::unique_ptr<app::Application> m_application;
};

} // namespace corral::ui
