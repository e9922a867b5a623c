#pragma once
// A window's objects on a scripted engine, in a folder of their own: what tests/ui works on.
#include "app/application/application.h"
#include "app/engine/scripted_engine.h"

#include <QObject>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QUrl>
#include <QVariantMap>
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
    Q_INVOKABLE void drop(QQuickWindow* window, const QList<QUrl>& urls) const;

    app::Application& application() { return *m_application; }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<app::Application> m_application;
};

} // namespace corral::ui
