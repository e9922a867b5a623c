#include "app/main/screenshots.h"

#include "app/application/application.h"
#include "app/demo/demo_conversations.h"
#include "app/devices/scripted_devices.h"
#include "app/library/folder_list_model.h"
#include "app/serving/server_host.h"

#include <QCursor>
#include <QDir>
#include <QDragEnterEvent>
#include <QEventLoop>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeData>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTcpServer>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>

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
    std::function<void()> arrange = {}; // on the page, at each size
};

class Photographer {
public:
    Photographer(QQuickWindow& window, Application& corral, const DemoConversations& demo, const ScriptedDevices& cards, const QString& folder, const QString& only)
        : m_window(window), m_corral(corral), m_demo(demo), m_cards(cards), m_folder(folder), m_only(only)
    {
    }

    int takeAll()
    {
        if (!QDir().mkpath(m_folder)) return fail(m_folder);
        m_window.show();
        m_window.requestActivate();
        QCursor::setPos(10'000, 10'000); // nothing is hovered
        for (const Scene& scene : scenes()) {
            if (!scene.name.startsWith(m_only)) continue;
            begin(scene);
            for (const auto scheme : {ChatSettings::Light, ChatSettings::Dark}) {
                m_corral.settings().setColorScheme(scheme);
                for (const QSize size : {QSize(1280, 800), QSize(800, 600), QSize(400, 800)}) {
                    m_window.resize(size);
                    m_window.setProperty("page", scene.page);
                    QEvent leave(QEvent::Leave); // there is a pointer even without a display
                    QCoreApplication::sendEvent(&m_window, &leave);
                    settle(m_window);
                    if (scene.arrange) {
                        scene.arrange();
                        settle(m_window);
                    }
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
        endDrag();
        clearServing();
        emptyLibrary(false);
        keepTokens(false);
        ChatController& chat = m_corral.chat();
        chat.stop();
        chat.newConversation();
        m_corral.conversations().setSearch({});
        m_corral.models().setSearch({});
        const QUrl usual = model(QStringLiteral("SmolLM2-135M-Instruct.Q4_1.gguf"));
        if (chat.modelUrl() != usual || chat.state() == ChatController::Failed) chat.loadModel(usual);
        until([&] { return chat.state() == ChatController::Ready; });
        clearWorkshop();
        while (m_corral.downloads().count() > 0) m_corral.downloads().cancel(m_corral.downloads().items().back()->id);
        clearEstimate();
        clearCards();
        m_window.setProperty("page", scene.page == QStringLiteral("quantize") || scene.page == QStringLiteral("memory") || scene.page == QStringLiteral("downloads") || scene.page == QStringLiteral("server") ? scene.page : QStringLiteral("chat"));
        if (scene.prepare) scene.prepare();
    }

    void clearWorkshop()
    {
        QuantizeQueue& queue = m_corral.quantize().queue();
        while (!queue.jobs().empty()) {
            const int id = queue.jobs().back()->id;
            queue.cancel(id);
            until([&] { return !queue.running() || queue.running()->id != id; });
            queue.remove(id);
        }
        m_corral.quantize().options()->reset();
        m_corral.quantize().close();
    }

    // No card, and the model as its settings say.
    void clearCards()
    {
        ChatController& chat = m_corral.chat();
        ChatSettings& settings = m_corral.settings();
        settings.setScope(ChatSettings::ThisModel);
        settings.reset();
        if (chat.placement().devices.empty() && chat.placementNote().isEmpty() && m_corral.devices().usableCount() == 0) return;
        onMachine(ScriptedDevices::NoVulkan);
        chat.loadModel(chat.modelUrl());
        until([&] { return chat.state() == ChatController::Ready; });
    }
    void onMachine(ScriptedDevices::Machine machine)
    {
        until([this] { return !m_corral.devices().looking(); });
        m_cards.set(machine);
        m_corral.devices().look();
        until([this] { return !m_corral.devices().looking(); });
    }
    // The usual model on that machine, with so many layers on its card.
    void loadOn(ScriptedDevices::Machine machine, const QString& layers)
    {
        onMachine(machine);
        ChatController& chat = m_corral.chat();
        m_corral.settings().setScope(ChatSettings::ThisModel);
        m_corral.settings().set(QStringLiteral("ngl"), layers);
        chat.loadModel(chat.modelUrl());
        until([&] { return chat.state() == ChatController::Ready; });
    }
    // The sheet, at the slider.
    void showLayers()
    {
        if (QQuickItem* list = item(QStringLiteral("settingsList"))) {
            until([this] { return !m_corral.devices().looking(); });
            QMetaObject::invokeMethod(list, "positionViewAtIndex", Q_ARG(int, m_corral.settings().list()->rowOf(QStringLiteral("ngl"))), Q_ARG(int, 0));
        }
    }

    void clearEstimate()
    {
        EstimateController& estimate = m_corral.estimate();
        estimate.setSource(EstimateController::Parameters);
        estimate.setTask(EstimateController::Inference);
        estimate.setCard(0);
        estimate.setUsers(8);
        estimate.setMethod(0);
        estimate.closeParts();
    }
    // The server is off, and nothing but the usual is chosen.
    void clearServing()
    {
        if (auto* dialog = m_window.findChild<QObject*>(QStringLiteral("closingDialog"))) QMetaObject::invokeMethod(dialog, "close");
        for (const auto& request : std::as_const(m_requests)) {
            if (!request) continue;
            request->abort();
            request->deleteLater();
        }
        m_requests.clear();
        m_otherProgram.close();
        ServeController& serving = m_corral.serving();
        serving.stop();
        until([&] { return !serving.active(); });
        serving.setModelUrl(model(StarterManifest::load().file));
        serving.setEverywhere(false);
        serving.setPort(8080);
        serving.setSlotCount(4);
        serving.setContext(0);
        serving.setGpuLayers(QStringLiteral("auto"));
        serving.setKey({});
        serving.setKeyShown(true);
        serving.log()->clear();
        if (QQuickItem* programs = item(QStringLiteral("clientPrograms"))) programs->setProperty("language", ServeController::Curl);
        if (QQuickItem* form = item(QStringLiteral("serverForm"))) form->setProperty("unfolded", false);
    }
    bool canServe() const { return QFileInfo(model(StarterManifest::load().file).toLocalFile()).isSymLink(); } // to the real one
    void serve()
    {
        ServeController& serving = m_corral.serving();
        m_window.setProperty("page", QStringLiteral("server"));
        serving.start();
        until([&] { return serving.state() == ServeController::Running || serving.state() == ServeController::Failed; });
        if (serving.freePort() == 0) return;
        serving.takeFreePort();
        until([&] { return serving.state() == ServeController::Running; });
    }
    QNetworkReply* request(const QString& path, const QJsonObject& body = {})
    {
        QNetworkRequest request(QUrl(m_corral.serving().address() + path));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        QNetworkReply* reply = body.isEmpty() ? m_network.get(request) : m_network.post(request, QJsonDocument(body).toJson());
        m_requests.append(reply);
        return reply;
    }
    static QJsonObject question(const QString& text, int tokens, bool endless)
    {
        return {{QStringLiteral("messages"), QJsonArray{QJsonObject{{QStringLiteral("role"), QStringLiteral("user")}, {QStringLiteral("content"), text}}}},
                {QStringLiteral("max_tokens"), tokens},
                {QStringLiteral("stream"), endless},
                {QStringLiteral("ignore_eos"), endless}};
    }
    // It is on, and has answered a few requests.
    void serveSome()
    {
        serve();
        for (QNetworkReply* reply : {request(QStringLiteral("/v1/models")), request(QStringLiteral("/v1/chat/completions"), question(QStringLiteral("What is the capital of France?"), 24, false)),
                                     request(QStringLiteral("/v1/chat/completion"), question(QStringLiteral("Hello"), 8, false)), request(QStringLiteral("/health"))}) {
            until([&] { return reply->isFinished(); });
        }
        until([this] { return m_corral.serving().servedCount() >= 4; });
    }
    // It is on, and more ask than it has slots.
    void serveMany()
    {
        serveSome();
        ServeController& serving = m_corral.serving();
        for (const char* text : {"Write a long story about a lighthouse.", "Explain how bread is made.", "List the planets and tell me about each of them.",
                                 "Write a letter to a friend about spring.", "What is a corral?"}) {
            request(QStringLiteral("/v1/chat/completions"), question(QString::fromLatin1(text), 6000, true));
        }
        until([&] { return serving.rate() > 0 && serving.requests()->count() == 5; });
        waitFor(3000); // the figures have settled
    }

    // The model lies on the Memory page, its table planned.
    EstimateController& weigh(const QString& name)
    {
        EstimateController& estimate = m_corral.estimate();
        m_window.setProperty("page", QStringLiteral("memory"));
        until([&] { return estimate.state() != EstimateController::Reading; });
        estimate.openFile(model(name));
        until([&] { return estimate.state() == EstimateController::Failed || estimate.table()->count() > 0; });
        return estimate;
    }
    // The model lies on the Quantize page, its table planned.
    void workOn(const QString& name)
    {
        QuantizeController& quantize = m_corral.quantize();
        quantize.open({model(name)});
        until([&] { return quantize.state() == QuantizeController::Failed || quantize.targets()->count() > 0; });
    }
    void startJob(const QString& name, const QString& target)
    {
        workOn(name);
        TargetListModel& targets = *m_corral.quantize().targets();
        for (int row = 0; row < targets.count(); ++row) {
            if (targets.data(targets.index(row), TargetListModel::TargetRole).toString() == target) targets.select(row);
        }
        m_corral.quantize().start();
    }
    // Something is held over the window, until the next scene.
    void drag(const QList<QUrl>& urls)
    {
        m_dragged = std::make_unique<QMimeData>();
        m_dragged->setUrls(urls);
        const QPoint where(m_window.width() / 4, m_window.height() / 4);
        QDragEnterEvent enter(where, Qt::CopyAction, m_dragged.get(), Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_window, &enter);
        QDragMoveEvent move(where, Qt::CopyAction, m_dragged.get(), Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&m_window, &move);
    }
    void endDrag()
    {
        if (!m_dragged) return;
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(&m_window, &leave);
        m_dragged.reset();
    }
    void unfoldAdvanced(bool on)
    {
        m_window.setProperty("page", QStringLiteral("quantize"));
        QList<QQuickItem*> items{m_window.contentItem()};
        for (qsizetype i = 0; i < items.size(); ++i) { // items that pages made are children by sight only
            if (items[i]->objectName() == QStringLiteral("advancedOptions")) items[i]->setProperty("unfolded", on);
            items.append(items[i]->childItems());
        }
    }
    // The Discover tab on the scripted hub: what is searched for, and the repository that is looked at.
    void discover(const QString& search, const QString& repository = {})
    {
        DiscoverController& discover = m_corral.discover();
        discover.close();
        discover.setSearch(search);
        discover.searchNow();
        until([&] { return discover.state() == DiscoverController::Found || discover.state() == DiscoverController::Failed; });
        if (repository.isEmpty()) return;
        discover.open(repository);
        until([&] { return discover.visit() == DiscoverController::Refused || discover.header() == DiscoverController::Known; });
    }
    void untilDone()
    {
        const QuantizeQueue& queue = m_corral.quantize().queue();
        until([&] { return !queue.running(); });
    }
    // A job that runs, one that waits, and where the first one is after a while.
    void work()
    {
        startJob(QStringLiteral("Qwen2.5-1.5B-Instruct-F16.gguf"), QStringLiteral("Q4_K_M"));
        startJob(QStringLiteral("Qwen2.5-1.5B-Instruct-F16.gguf"), QStringLiteral("Q6_K"));
        until([&] { return m_corral.quantize().queue().jobs().front()->pace.secondsLeft().has_value(); });
    }
    // The report of a quantization, with several targets measured.
    void report()
    {
        QuantizeController& quantize = m_corral.quantize();
        for (const char* target : {"Q8_0", "Q6_K", "Q5_K_M", "Q3_K_M", "Q2_K", "Q4_K_M"}) {
            startJob(QStringLiteral("Llama-3.2-3B-Instruct-F16.gguf"), QString::fromLatin1(target));
            untilDone();
            quantize.report()->show(quantize.queue().jobs().back()->id);
            quantize.report()->startMeasuring();
            untilDone();
        }
    }

    QQuickItem* item(const QString& name)
    {
        QList<QQuickItem*> items{m_window.contentItem()};
        for (qsizetype i = 0; i < items.size(); ++i) { // items that pages made are children by sight only
            if (items[i]->objectName() == name) return items[i];
            items.append(items[i]->childItems());
        }
        return nullptr;
    }
    int fetch(const QString& name, const QString& quantization, qint64 bytes, int shards = 1)
    {
        const hub::RepositoryId repository{.service = hub::Service::HuggingFace, .name = QStringLiteral("unsloth/%1-GGUF").arg(name), .revision = {}};
        hub::FileSet set{.name = name + u'-' + quantization, .quantization = quantization};
        for (int i = 1; i <= shards; ++i) {
            const QString part = shards == 1 ? QString() : QStringLiteral("-%1-of-%2").arg(i, 5, 10, QLatin1Char('0')).arg(shards, 5, 10, QLatin1Char('0'));
            set.files.append({.path = set.name + part + QStringLiteral(".gguf"), .size = bytes / shards});
        }
        return m_corral.downloads().addSet(repository, set);
    }
    // One that has arrived, one at work, one paused, two that wait.
    void fetchSeveral()
    {
        DownloadQueue& queue = m_corral.downloads();
        const int first = fetch(QStringLiteral("Qwen3-0.6B"), QStringLiteral("IQ1_S"), 2'500'000);
        until([&] { return queue.find(first)->state == DownloadState::Done; });
        const int paused = fetch(QStringLiteral("gemma-3-12b-it"), QStringLiteral("Q5_K_M"), 8'444'831'712);
        until([&] { return queue.find(paused)->received > 10'000'000; });
        queue.pause(paused);
        const int running = fetch(QStringLiteral("Qwen3-4B"), QStringLiteral("Q4_K_M"), 2'497'280'256);
        fetch(QStringLiteral("DeepSeek-R1-Distill-Llama-70B"), QStringLiteral("Q4_K_M"), 42'520'396'320, 2);
        fetch(QStringLiteral("A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final"), QStringLiteral("Q8_0"), 3'200'000'000);
        until([&] { return queue.find(running)->pace.secondsLeft().has_value(); });
    }
    void fetchInVain()
    {
        DownloadQueue& queue = m_corral.downloads();
        fetch(QStringLiteral("gemma-3-4b-it-gated"), QStringLiteral("Q4_0"), 3'155'051'328);
        fetch(QStringLiteral("full-Llama-3.3-70B-Instruct"), QStringLiteral("Q4_K_M"), 42'520'396'320);
        fetch(QStringLiteral("broken-SmolLM3-3B"), QStringLiteral("IQ2_XS"), 4'000'000);
        const int last = fetch(QStringLiteral("offline-Qwen3-1.7B"), QStringLiteral("IQ1_S"), 9'000'000);
        until([&] { return queue.find(last)->state == DownloadState::Retrying; });
    }
    // The library, with the model selected whose file begins so, and its details in front where there is room for one only.
    void browse(const QString& file, int tab = -1)
    {
        LibraryModel& library = m_corral.library();
        library.setSearch({});
        m_window.setProperty("page", QStringLiteral("library"));
        until([&] { return library.listed() && !library.reading(); });
        for (int row = 0; row < library.count(); ++row) {
            const QModelIndex index = library.index(row);
            if (library.data(index, LibraryModel::FileNameRole).toString().startsWith(file)) library.select(library.data(index, LibraryModel::PathRole).toString());
        }
        until([&] { return m_corral.details().state() != ModelDetails::Reading; });
        if (QQuickItem* view = item(QStringLiteral("libraryView"))) view->setProperty("opened", tab >= 0);
        if (QQuickItem* details = item(QStringLiteral("detailsView"))) details->setProperty("tab", qMax(tab, 0));
    }
    // Its folders are elsewhere, or back again.
    void emptyLibrary(bool empty)
    {
        if (m_away.isEmpty() == !empty) return;
        LibraryModel& library = m_corral.library();
        m_window.setProperty("page", QStringLiteral("library"));
        until([&] { return library.listed() && !library.reading(); });
        if (empty) {
            const FolderListModel& folders = *library.folders();
            for (int row = 0; row < folders.count(); ++row) m_away << folders.data(folders.index(row, 0), FolderListModel::PathRole).toString();
        }
        const QString suffix = QStringLiteral(".away");
        for (const QString& folder : std::as_const(m_away)) QDir().rename(empty ? folder : folder + suffix, empty ? folder + suffix : folder);
        if (!empty) m_away.clear();
        library.refresh();
        until([&] { return library.listed() && !library.reading() && (library.count() == 0) == empty; });
    }
    void keepTokens(bool keep)
    {
        DiscoverController& discover = m_corral.discover();
        if (discover.keepsHuggingFaceToken() == keep) return;
        discover.setTokenOf(DiscoverController::HuggingFace, keep ? QStringLiteral("hf_example") : QString());
        until([&] { return discover.keepsHuggingFaceToken() == keep; });
        discover.setTokenOf(DiscoverController::ModelScope, keep ? QStringLiteral("not a token") : QString());
        discover.setHuggingFaceAddress(keep ? QStringLiteral("ftp://nowhere") : QString());
    }
    // So that it is in sight, near the top.
    void scrollTo(const QString& name)
    {
        QQuickItem* target = item(name);
        for (QQuickItem* flickable = target; flickable; flickable = flickable->parentItem()) {
            if (!flickable->inherits("QQuickFlickable")) continue;
            auto* content = flickable->property("contentItem").value<QQuickItem*>();
            const double most = flickable->property("contentHeight").toDouble() - flickable->height();
            flickable->setProperty("contentY", std::clamp(target->mapToItem(content, QPointF()).y() - flickable->height() / 4, 0.0, std::max(0.0, most)));
            return;
        }
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
        const QString chatPage = QStringLiteral("chat"), quantizePage = QStringLiteral("quantize"), memoryPage = QStringLiteral("memory"),
                      libraryPage = QStringLiteral("library");
        const QString usual = QStringLiteral("Qwen2.5-1.5B-Instruct-F16.gguf");
        const auto open = [&chat](int id) { return [&chat, id] { chat.open(id); }; };
        QList<Scene> all{
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
            {QStringLiteral("picker"), QStringLiteral("models"), open(m_demo.france)},
            {QStringLiteral("answers-sheet"), QStringLiteral("answers"), open(m_demo.france)},
            {QStringLiteral("settings"), QStringLiteral("settings"), open(m_demo.france)},
            {QStringLiteral("settings-hubs"), QStringLiteral("settings"), [this] { keepTokens(true); }, [this] { scrollTo(QStringLiteral("modelScopeAddress")); }},
            {QStringLiteral("settings-end"), QStringLiteral("settings"), {}, [this] { scrollTo(QStringLiteral("aboutLicence")); }},
            {QStringLiteral("models-discover"), QStringLiteral("discover"), [this] { discover(QString()); }},
            {QStringLiteral("models-discover-repository"), QStringLiteral("discover"), [this] { discover(QString(), QStringLiteral("Qwen/Qwen3-4B-GGUF")); }},
            {QStringLiteral("models-discover-too-large"), QStringLiteral("discover"), [this] { discover(QStringLiteral("llama"), QStringLiteral("unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF")); }},
            {QStringLiteral("models-discover-gated"), QStringLiteral("discover"), [this] { discover(QString(), QStringLiteral("google/gemma-3-12b-it-qat-q4_0-gguf")); }},
            {QStringLiteral("models-discover-unsupported"), QStringLiteral("discover"), [this] { discover(QString(), QStringLiteral("someone/mamba-2.8b-GGUF")); }},
            {QStringLiteral("models-discover-long-name"), QStringLiteral("discover"), [this] { discover(QString(), QStringLiteral("a-person-with-a-long-name/A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-GGUF")); }},
            {QStringLiteral("models-discover-refused"), QStringLiteral("discover"), [this] { discover(QString(), QStringLiteral("somebody/gone-GGUF")); }},
            {QStringLiteral("models-discover-offline"), QStringLiteral("discover"), [this] { discover(QStringLiteral("offline")); }},
            {QStringLiteral("models-discover-nothing"), QStringLiteral("discover"), [this] { discover(QStringLiteral("zzzz")); }},
            {QStringLiteral("models-downloads"), QStringLiteral("downloads"), [this] { fetchSeveral(); }},
            {QStringLiteral("models-downloads-failed"), QStringLiteral("downloads"), [this] { fetchInVain(); }},
            {QStringLiteral("models-downloads-empty"), QStringLiteral("downloads"), {}},
            {QStringLiteral("models-downloads-strip"), chatPage,
             [this] {
                 const int id = fetch(QStringLiteral("Qwen3-4B"), QStringLiteral("Q4_K_M"), 2'497'280'256);
                 until([&] { return m_corral.downloads().find(id)->pace.secondsLeft().has_value(); });
             }},
            {QStringLiteral("models-library"), libraryPage, [this] { browse(QStringLiteral("Qwen2.5-1.5B-Instruct-F16")); }},
            {QStringLiteral("models-details"), libraryPage, [this] { browse(QStringLiteral("Qwen2.5-Coder"), 0); }},
            {QStringLiteral("models-metadata"), libraryPage, [this] { browse(QStringLiteral("Qwen2.5-1.5B-Instruct-F16"), 1); }},
            {QStringLiteral("models-tensors"), libraryPage, [this] { browse(QStringLiteral("Qwen2.5-1.5B-Instruct-F16"), 2); }},
            {QStringLiteral("models-template"), libraryPage, [this] { browse(QStringLiteral("Qwen2.5-1.5B-Instruct-F16"), 3); }},
            {QStringLiteral("models-missing"), libraryPage, [this] { browse(QStringLiteral("Llama-3.3-70B"), 0); }},
            {QStringLiteral("models-damaged"), libraryPage,
             [this] {
                 browse(QStringLiteral("Mistral-7B"), 0);
                 m_corral.library().verify(m_corral.library().selected());
                 until([this] { return m_corral.library().check() == LibraryModel::Wrong; });
             }},
            {QStringLiteral("models-empty"), libraryPage, [this] { emptyLibrary(true); }},
            {QStringLiteral("models-nothing-found"), libraryPage,
             [this] {
                 browse(QStringLiteral("Qwen2.5"));
                 m_corral.library().setSearch(QStringLiteral("zzzz"));
             }},
            {QStringLiteral("quantize-empty"), quantizePage, {}},
            {QStringLiteral("quantize"), quantizePage, [this, usual] { workOn(usual); }},
            {QStringLiteral("quantize-advanced"), quantizePage,
             [this, usual] {
                 workOn(usual);
                 m_corral.quantize().options()->setProperty("goal", QuantizeOptions::Size);
                 unfoldAdvanced(true);
             }},
            {QStringLiteral("quantize-drop"), chatPage, [this, usual] { drag({model(usual)}); }},
            {QStringLiteral("quantize-again"), quantizePage,
             [this] {
                 unfoldAdvanced(false);
                 workOn(QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf"));
             }},
            {QStringLiteral("quantize-folder"), quantizePage, [this] { workOn(QStringLiteral("SmolLM3-3B")); }},
            {QStringLiteral("quantize-open-failed"), quantizePage, [this] { workOn(QStringLiteral("mamba-2.8b-Q8_0.gguf")); }},
            {QStringLiteral("quantize-long-name"), quantizePage,
             [this] { workOn(QStringLiteral("A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-F16.gguf")); }},
            {QStringLiteral("quantize-merge"), quantizePage,
             [this] {
                 workOn(QStringLiteral("Mistral-7B-v0.3-F16-00001-of-00003.gguf"));
                 m_corral.quantize().setTask(QuantizeController::Merge);
             }},
            {QStringLiteral("quantize-split"), quantizePage,
             [this, usual] {
                 workOn(usual);
                 m_corral.quantize().setTask(QuantizeController::Split);
             }},
            {QStringLiteral("quantize-contents"), quantizePage,
             [this] {
                 workOn(QStringLiteral("Llama-3.2-3B-Instruct-F16.gguf"));
                 m_corral.quantize().setTask(QuantizeController::Contents);
                 m_corral.quantize().contents()->measure(1);
                 until([this] { return m_corral.quantize().contents()->state() == TensorListModel::Read; });
             }},
            {QStringLiteral("quantize-working"), quantizePage, [this] { work(); }},
            {QStringLiteral("quantize-strip"), chatPage, [this] { work(); }},
            {QStringLiteral("quantize-done"), quantizePage,
             [this] {
                 startJob(QStringLiteral("Llama-3.2-3B-Instruct-F16.gguf"), QStringLiteral("Q4_K_M"));
                 untilDone();
             }},
            {QStringLiteral("quantize-failed"), quantizePage,
             [this] {
                 workOn(QStringLiteral("Llama-3.2-3B-Instruct-F16.gguf"));
                 m_corral.quantize().setOutputName(QStringLiteral("disk-full.gguf"));
                 m_corral.quantize().start();
                 untilDone();
             }},
            {QStringLiteral("quantize-report-unmeasured"), quantizePage,
             [this] {
                 startJob(QStringLiteral("Llama-3.1-8B-F16.gguf"), QStringLiteral("Q4_K_M"));
                 untilDone();
                 m_corral.quantize().report()->show(m_corral.quantize().queue().jobs().back()->id);
             }},
            {QStringLiteral("quantize-report"), quantizePage, [this] { report(); }},
            {QStringLiteral("memory-rules"), memoryPage,
             [this] { m_corral.estimate().setSource(EstimateController::Parameters); }},
            {QStringLiteral("memory-file"), memoryPage, [this, usual] { weigh(usual); }},
            {QStringLiteral("memory-formula"), memoryPage,
             [this, usual] { weigh(usual).open(0, EstimateBar::Cache); }},
            {QStringLiteral("memory-card"), memoryPage,
             [this, usual] {
                 EstimateController& estimate = weigh(usual);
                 estimate.setCard(1);
                 estimate.setContext(32'768);
             }},
            {QStringLiteral("memory-too-much"), memoryPage,
             [this, usual] {
                 EstimateController& estimate = weigh(usual);
                 estimate.setTask(EstimateController::Deployment);
                 estimate.setUsers(32);
                 estimate.setContext(16'384);
             }},
            {QStringLiteral("memory-training"), memoryPage,
             [this, usual] {
                 EstimateController& estimate = weigh(usual);
                 estimate.setTask(EstimateController::Training);
                 estimate.setMethod(1);
                 estimate.setCard(6);
             }},
            {QStringLiteral("memory-hub-empty"), memoryPage,
             [this] {
                 m_corral.estimate().setHubText({});
                 m_corral.estimate().setSource(EstimateController::Hub);
             }},
            {QStringLiteral("memory-failed"), memoryPage,
             [this] {
                 m_window.setProperty("page", QStringLiteral("memory"));
                 m_corral.estimate().openRemote(QStringLiteral("hf:meta-llama/gated-model"));
             }},
            {QStringLiteral("memory-drop"), chatPage, [this, usual] { drag({model(usual)}); }},
        };
        all += cardScenes();
        all += serverScenes();
        return all;
    }
    QList<Scene> cardScenes()
    {
        ChatController& chat = m_corral.chat();
        const QString devicesPage = QStringLiteral("devices"), chatPage = QStringLiteral("chat"), answers = QStringLiteral("answers");
        const auto machine = [this](ScriptedDevices::Machine which) { return [this, which] { onMachine(which); }; };
        const auto settled = [this] { until([this] { return !m_corral.devices().looking(); }); };
        const auto unfold = [this] {
            until([this] { return !m_corral.devices().looking(); });
            if (QQuickItem* card = item(QStringLiteral("deviceCard"))) card->setProperty("unfolded", true);
        };
        return {{QStringLiteral("devices"), devicesPage, machine(ScriptedDevices::Laptop), settled},
                {QStringLiteral("devices-limits"), devicesPage, machine(ScriptedDevices::Laptop), unfold},
                {QStringLiteral("devices-long-names"), devicesPage, machine(ScriptedDevices::LongNames), settled},
                {QStringLiteral("devices-software"), devicesPage, machine(ScriptedDevices::Software), settled},
                {QStringLiteral("devices-none"), devicesPage, machine(ScriptedDevices::NoVulkan), settled},
                {QStringLiteral("devices-failed"), devicesPage, machine(ScriptedDevices::Broken), settled},
                {QStringLiteral("layers-auto"), answers, [this] { loadOn(ScriptedDevices::Laptop, QStringLiteral("auto")); }, [this] { showLayers(); }},
                {QStringLiteral("layers-some"), answers,
                 [this] {
                     loadOn(ScriptedDevices::Laptop, QStringLiteral("auto"));
                     m_corral.settings().set(QStringLiteral("ngl"), QStringLiteral("12"));
                 },
                 [this] { showLayers(); }},
                {QStringLiteral("layers-too-many"), answers,
                 [this] {
                     loadOn(ScriptedDevices::SmallCard, QStringLiteral("auto"));
                     m_corral.settings().set(QStringLiteral("ngl"), QStringLiteral("all"));
                     m_corral.settings().set(QStringLiteral("ctx"), 262'144);
                 },
                 [this] { showLayers(); }},
                {QStringLiteral("layers-no-card"), answers, machine(ScriptedDevices::Software), [this] { showLayers(); }},
                {QStringLiteral("chat-on-card"), chatPage,
                 [this, &chat] {
                     loadOn(ScriptedDevices::Laptop, QStringLiteral("20"));
                     chat.send(QStringLiteral("What is the capital of France?"));
                     until([&] { return chat.state() == ChatController::Ready; });
                 }},
                {QStringLiteral("chat-fewer-layers"), chatPage,
                 [this, &chat] {
                     loadOn(ScriptedDevices::SmallCard, QStringLiteral("all"));
                     chat.send(QStringLiteral("What is the capital of France?"));
                     until([&] { return chat.state() == ChatController::Ready; });
                 }},
                {QStringLiteral("chat-card-lost"), chatPage,
                 [this, &chat] {
                     loadOn(ScriptedDevices::Laptop, QStringLiteral("auto"));
                     chat.send(QStringLiteral("What is the capital of France? And where is it when the card is lost?"));
                     until([&] { return chat.state() == ChatController::Failed; });
                 }},
                {QStringLiteral("server-card"), QStringLiteral("server"),
                 [this] {
                     onMachine(ScriptedDevices::Laptop);
                     m_corral.serving().setModelUrl(model(QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf")));
                     m_corral.serving().setContext(6);
                 },
                 [this] {
                     until([this] { return !m_corral.servingOffload().cardBars().isEmpty(); });
                     scrollTo(QStringLiteral("serverMemory"));
                 }},
                {QStringLiteral("server-too-much"), QStringLiteral("server"),
                 [this] {
                     m_corral.serving().setModelUrl(model(QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf")));
                     m_corral.serving().setSlotCount(16);
                     m_corral.serving().setContext(7);
                 },
                 [this] {
                     until([this] { return m_corral.servingOffload().hasHostBar(); });
                     scrollTo(QStringLiteral("serverMemory"));
                 }}};
    }
    QList<Scene> serverScenes()
    {
        ServeController& serving = m_corral.serving();
        const QString serverPage = QStringLiteral("server");
        QList<Scene> all{
            {QStringLiteral("server-no-model"), serverPage,
             [this, &serving] {
                 emptyLibrary(true);
                 serving.setModelUrl({});
             }},
            {QStringLiteral("server-off"), serverPage, {}},
            {QStringLiteral("server-everywhere"), serverPage, [&serving] { serving.setEverywhere(true); }},
            {QStringLiteral("server-key"), serverPage,
             [&serving] {
                 serving.setEverywhere(true);
                 serving.setKey(QStringLiteral("sk-an-example-that-opens-nothing"));
                 serving.setKeyShown(false);
             },
             [this] {
                 if (QQuickItem* form = item(QStringLiteral("serverForm"))) form->setProperty("unfolded", true);
             }},
            {QStringLiteral("server-programs"), serverPage, {},
             [this] {
                 item(QStringLiteral("clientPrograms"))->setProperty("language", ServeController::Python);
                 scrollTo(QStringLiteral("serverCommand"));
             }},
            {QStringLiteral("server-long-name"), serverPage,
             [this, &serving] { serving.setModelUrl(model(QStringLiteral("A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-Q4_K_M.gguf"))); }},
            {QStringLiteral("server-port-taken"), serverPage,
             [this, &serving] {
                 m_otherProgram.listen(QHostAddress::LocalHost);
                 serving.setPort(m_otherProgram.serverPort());
                 serving.start();
                 until([&] { return serving.state() == ServeController::Failed; });
             }},
            {QStringLiteral("server-model-failed"), serverPage,
             [this, &serving] {
                 serving.setModelUrl(model(QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf"))); // nothing but zeros
                 serving.start();
                 until([&] { return serving.state() == ServeController::Failed; });
             }},
        };
        const QList<Scene> running{
            {QStringLiteral("server-on"), serverPage, [this] { serve(); }},
            {QStringLiteral("server-working"), serverPage, [this] { serveMany(); }},
            {QStringLiteral("server-card-lost"), serverPage,
             [this, &serving] {
                 serve();
                 auto* const host = serving.findChild<ServerHost*>();
                 emit host->recovery({.stage = engine::Recovery::Lost, .error = {ErrorCode::Device, "NVIDIA GeForce RTX 4070 Laptop GPU stopped answering"}}, {});
                 emit host->recovery({.stage = engine::Recovery::Copying, .progress = 0.4}, {});
             }},
            {QStringLiteral("server-log"), serverPage, [this] { serveMany(); }, [this] { scrollTo(QStringLiteral("serverLog")); }},
            {QStringLiteral("server-settings"), QStringLiteral("settings"), [this] { serve(); }, [this] { scrollTo(QStringLiteral("closingChoice")); }},
            {QStringLiteral("server-closing"), serverPage,
             [this] {
                 serveSome();
                 m_window.close();
             }},
            {QStringLiteral("server-off-again"), serverPage,
             [this, &serving] {
                 serveSome();
                 serving.stop();
                 until([&] { return !serving.active(); });
             }},
        };
        if (canServe()) all += running;
        else std::fprintf(stderr, "corral: the starter model is not here, so there are no pictures of a server that is on\n");
        return all;
    }

    QQuickWindow& m_window;
    Application& m_corral;
    const DemoConversations& m_demo;
    ScriptedDevices m_cards;
    const QString m_folder, m_only;
    QStringList m_away; // folders of the library, while it is empty
    std::unique_ptr<QMimeData> m_dragged;
    QNetworkAccessManager m_network;
    QList<QPointer<QNetworkReply>> m_requests; // to the server
    QTcpServer m_otherProgram;                 // which has a port
};

} // namespace

int takeScreenshots(QQuickWindow& window, Application& corral, const DemoConversations& demo, ScriptedDevices cards, const QString& folder, const QString& only)
{
    return Photographer(window, corral, demo, cards, folder, only).takeAll();
}

} // namespace corral::app
