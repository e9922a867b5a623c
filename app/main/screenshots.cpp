#include "app/main/screenshots.h"

#include "app/application/application.h"
#include "app/demo/demo_conversations.h"

#include <QCursor>
#include <QDir>
#include <QEventLoop>
#include <QQuickWindow>
#include <QTimer>

#include <cstdio>
#include <functional>

namespace corral::app {

namespace {

void waitFor(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

// Until a while passes without a frame; a page that never rests is taken as it is.
void settle(QQuickWindow& window)
{
    constexpr int kQuietMs = 100, kMost = 30;
    for (int i = 0; i < kMost; ++i) {
        bool drawn = false;
        const auto connection = QObject::connect(&window, &QQuickWindow::afterAnimating, &window, [&] { drawn = true; });
        waitFor(kQuietMs);
        QObject::disconnect(connection);
        if (!drawn) return;
    }
}

struct Scene {
    QString name, page;
    std::function<void()> prepare; // on a loaded model and a new conversation
};

class Photographer {
public:
    Photographer(QQuickWindow& window, Application& corral, const DemoConversations& demo, const QString& folder)
        : m_window(window), m_corral(corral), m_demo(demo), m_folder(folder)
    {
    }

    int takeAll()
    {
        if (!QDir().mkpath(m_folder)) return fail(m_folder);
        m_window.show();
        m_window.requestActivate();
        QCursor::setPos(10'000, 10'000); // nothing is hovered
        for (const Scene& scene : scenes()) {
            begin(scene);
            for (const auto scheme : {ChatSettings::Light, ChatSettings::Dark}) {
                m_corral.settings().setColorScheme(scheme);
                for (const QSize size : {QSize(1280, 800), QSize(800, 600), QSize(400, 800)}) {
                    m_window.resize(size);
                    m_window.setProperty("page", scene.page);
                    settle(m_window);
                    const QString file = QStringLiteral("%1/%2-%3x%4-%5.png")
                                             .arg(m_folder, scene.name)
                                             .arg(size.width())
                                             .arg(size.height())
                                             .arg(scheme == ChatSettings::Light ? QStringLiteral("light") : QStringLiteral("dark"));
                    if (!m_window.grabWindow().save(file)) return fail(file);
                }
            }
        }
        return 0;
    }

private:
    static int fail(const QString& file)
    {
        std::fprintf(stderr, "corral: %s cannot be written\n", qPrintable(file));
        return 1;
    }

    // Back to a loaded model and a new conversation, then the scene's own.
    void begin(const Scene& scene)
    {
        ChatController& chat = m_corral.chat();
        chat.stop();
        chat.newConversation();
        m_corral.conversations().setSearch({});
        m_corral.models().setSearch({});
        const QUrl usual = model(QStringLiteral("SmolLM2-135M-Instruct.Q4_1.gguf"));
        if (chat.modelUrl() != usual || chat.state() == ChatController::Failed) chat.loadModel(usual);
        until([&] { return chat.state() == ChatController::Ready; });
        m_window.setProperty("page", QStringLiteral("chat"));
        if (scene.prepare) scene.prepare();
    }

    QUrl model(const QString& name) const { return QUrl::fromLocalFile(m_corral.models().folder() + u'/' + name); }

    void until(const std::function<bool()>& condition)
    {
        constexpr int kStepMs = 20, kMost = 500;
        for (int i = 0; i < kMost && !condition(); ++i) waitFor(kStepMs);
    }

    QList<Scene> scenes()
    {
        ChatController& chat = m_corral.chat();
        const QString chatPage = QStringLiteral("chat");
        const auto open = [&chat](int id) { return [&chat, id] { chat.open(id); }; };
        return {
            {QStringLiteral("chat-no-model"), chatPage, [&chat] { chat.unloadModel(); }},
            {QStringLiteral("chat-loading"), chatPage,
             [this, &chat] {
                 chat.loadModel(model(QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf")));
                 until([&] { return chat.loadProgress() > 0; });
             }},
            {QStringLiteral("chat-empty"), chatPage, {}},
            {QStringLiteral("chat-answer"), chatPage, open(m_demo.france)},
            {QStringLiteral("chat-code"), chatPage, open(m_demo.code)},
            {QStringLiteral("chat-table"), chatPage, open(m_demo.table)},
            {QStringLiteral("chat-thinking"), chatPage, open(m_demo.thinking)},
            {QStringLiteral("chat-lists"), chatPage, open(m_demo.lists)},
            {QStringLiteral("chat-long-line"), chatPage, open(m_demo.longLine)},
            {QStringLiteral("chat-maths"), chatPage, open(m_demo.maths)},
            {QStringLiteral("chat-chinese"), chatPage, open(m_demo.chinese)},
            {QStringLiteral("chat-arabic"), chatPage, open(m_demo.arabic)},
            {QStringLiteral("chat-branches"), chatPage, open(m_demo.branches)},
            {QStringLiteral("chat-prompt"), chatPage,
             [&chat] { // a prompt long enough to be met half way
                 chat.send(QStringLiteral("Please summarize this. ") + QStringLiteral("The wind blew from the west all day. ").repeated(700));
             }},
            {QStringLiteral("chat-answering"), chatPage,
             [this, &chat] {
                 chat.send(QStringLiteral("Write 20000 tokens"));
                 until([&] { return chat.messages()->count() > 6; });
             }},
            {QStringLiteral("chat-stopped"), chatPage,
             [this, &chat] {
                 chat.send(QStringLiteral("What is the capital of France?"));
                 until([&] { return chat.messages()->count() > 2; });
                 chat.stop();
             }},
            {QStringLiteral("chat-answer-failed"), chatPage,
             [this, &chat] {
                 chat.send(QStringLiteral("Please break off in the middle"));
                 until([&] { return chat.state() == ChatController::Failed; });
             }},
            {QStringLiteral("chat-load-failed"), chatPage,
             [this, &chat] {
                 chat.loadModel(model(QStringLiteral("mamba-2.8b-Q8_0.gguf")));
                 until([&] { return chat.state() == ChatController::Failed; });
             }},
            {QStringLiteral("chat-long-model-name"), chatPage,
             [this, &chat] {
                 chat.loadModel(model(QStringLiteral("A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-Q4_K_M.gguf")));
                 chat.open(m_demo.france);
             }},
            {QStringLiteral("conversations"), QStringLiteral("conversations"), open(m_demo.france)},
            {QStringLiteral("conversations-search"), QStringLiteral("conversations"), [this] { m_corral.conversations().setSearch(QStringLiteral("Paris")); }},
            {QStringLiteral("conversations-nothing-found"), QStringLiteral("conversations"), [this] { m_corral.conversations().setSearch(QStringLiteral("zzzz")); }},
            {QStringLiteral("models"), QStringLiteral("models"), open(m_demo.france)},
            {QStringLiteral("answers-sheet"), QStringLiteral("answers"), open(m_demo.france)},
            {QStringLiteral("settings"), QStringLiteral("settings"), open(m_demo.france)},
        };
    }

    QQuickWindow& m_window;
    Application& m_corral;
    const DemoConversations& m_demo;
    const QString m_folder;
};

} // namespace

int takeScreenshots(QQuickWindow& window, Application& corral, const DemoConversations& demo, const QString& folder)
{
    return Photographer(window, corral, demo, folder).takeAll();
}

} // namespace corral::app
