#pragma once
// A whole application on the scripted engine in a temporary folder, and waiting with the event loop running.
#include "app/application/application.h"
#include "app/devices/scripted_devices.h"
#include "app/engine/scripted_engine.h"
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

namespace corral::test {

// Runs the event loop until the condition holds; false after the timeout.
template <class Condition> bool spinUntil(Condition condition, int timeoutMs = 10'000)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > timeoutMs) return false;
        QEventLoop loop;
        QTimer::singleShot(2, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return true;
}

class TestApplication {
public:
    explicit TestApplication(app::Script script = app::Script::instant())
    {
        if (!script.placement) script.placement = [cards = cards](const generate::Offload& wish, int layers) { return cards.place(wish, layers); };
        app::Application::Options options;
        options.devices = cards.probe();
        options.engine = [script](app::EngineHost::EventSink sink) { return std::make_unique<app::ScriptedEngine>(script, std::move(sink)); };
        options.inspect = [](const std::filesystem::path& path) -> Result<engine::ModelInfo> {
            engine::ModelInfo info;
            info.path = path;
            info.name = "Tiny " + path.stem().string();
            info.supported = true;
            return info;
        };
        options.storeFile = path("conversations.sqlite");
        options.settingsFile = path("settings.json");
        options.tokensFile = path("tokens.json");
        options.downloads = {.file = path("downloads.json"), .folder = {}, .sumsFile = path("sums.json")};
        options.starter.folder = path("models");
        options.starter.index = QStringLiteral("http://127.0.0.1:1/simple"); // nobody there
        auto made = app::Application::make(options);
        if (!made) throw std::runtime_error(made.error().message);
        m_application = std::move(*made);
    }

    app::ScriptedDevices cards; // none, unless a test sets some

    QString path(const char* name) const { return QString::fromStdString((m_folder / name).string()); }
    app::Application& operator*() { return *m_application; }
    app::Application* operator->() { return m_application.get(); }

    // A loaded model.
    bool load(const QString& name = QStringLiteral("tiny.gguf"))
    {
        m_application->chat().loadModel(QUrl::fromLocalFile(path("models/") + name));
        return spinUntil([this] { return m_application->chat().state() == app::ChatController::Ready; });
    }
    // Sends and waits for the answer's end.
    bool ask(const QString& text)
    {
        m_application->chat().send(text);
        return waitForAnswer();
    }
    bool waitForAnswer()
    {
        return spinUntil([this] {
            const auto state = m_application->chat().state();
            return state == app::ChatController::Ready || state == app::ChatController::Failed;
        });
    }

private:
    TempDir m_folder;
    std::unique_ptr<app::Application> m_application;
};

// Rows of the message list by role name.
inline QVariant cell(app::MessageListModel& model, int row, app::MessageListModel::Role role) { return model.data(model.index(row), role); }

} // namespace corral::test
