#include "tests/ui/bench.h"

#include "app/estimating/scripted_reader.h"
#include "tests/support/tiny_model.h"

#include <KIconTheme>
#include <KLocalizedQmlContext>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QQmlEngine>
#include <QQuickStyle>

namespace corral::ui {

using app::Application;
using app::ConversationRecord;
using app::MessageRecord;
using app::Script;
using app::ScriptedEngine;

void Bench::prepareProcess()
{
    static const QTemporaryDir configuration;
    QFile globals(configuration.filePath(QStringLiteral("kdeglobals")));
    if (globals.open(QIODevice::WriteOnly)) globals.write("[KDE]\nAnimationDurationFactor=0\n");
    qputenv("XDG_CONFIG_HOME", configuration.path().toUtf8());
    qputenv("XDG_DATA_HOME", configuration.path().toUtf8());
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    if (!qEnvironmentVariableIsSet("QT_QUICK_BACKEND")) qputenv("QT_QUICK_BACKEND", "software");
    KIconTheme::initTheme();
}

void Bench::prepareApplication()
{
    QApplication::setApplicationName(QStringLiteral("corral-test"));
    QApplication::setStyle(QStringLiteral("breeze"));
    QQuickStyle::setStyle(QStringLiteral("org.kde.desktop"));
}

void Bench::prepareEngine(QQmlEngine& engine) { KLocalization::setupLocalizedContext(&engine); }

static Result<engine::ModelInfo> inspect(const std::filesystem::path& path)
{
    engine::ModelInfo info;
    info.path = path;
    info.name = path.stem().string();
    info.architecture = info.name == "mamba" ? "mamba" : "llama";
    info.quantization = "Q4_K_M";
    info.trainingContext = 8192;
    info.hasChatTemplate = true;
    info.supported = info.architecture == "llama";
    return info;
}

// The real one for models that have weights ("tiny…"), the scripted one for all others.
static app::Workshop mixedWorkshop(const std::shared_ptr<std::atomic<double>>& speed)
{
    const app::Workshop real = app::Workshop::real();
    const app::Workshop scripted = app::scriptedWorkshop({.bytesPerSecond = 0, .openSeconds = 0, .bytesPerSecondOf = [speed](const app::JobOrder&) { return speed->load(); }});
    const auto isReal = [](const std::filesystem::path& path) { return path.filename().string().starts_with("tiny"); };
    return {.open = [=](const std::filesystem::path& path) { return isReal(path) ? real.open(path) : scripted.open(path); },
            .run = [=](const app::JobOrder& order, Job& job, const app::JobEvents& events) {
                return isReal(order.input) ? real.run(order, job, events) : scripted.run(order, job, events);
            },
            .measureTensors =
                [=](const app::SourceModel& model, const quantize::StatsOptions& options, Job& job, const ProgressFn& progress) {
                    return isReal(model.path) ? real.measureTensors(model, options, job, progress) : scripted.measureTensors(model, options, job, progress);
                }};
}

void Bench::start(double tokensPerSecond, double promptTokensPerSecond, double loadSeconds)
{
    m_application.reset();
    m_cards.set(app::ScriptedDevices::NoVulkan);
    m_folder = std::make_unique<QTemporaryDir>();
    const QString models = m_folder->filePath(QStringLiteral("models"));
    QDir().mkpath(models);
    for (const char* name : {"small", "large", "mamba"}) {
        QFile file(QStringLiteral("%1/%2.gguf").arg(models, QLatin1String(name)));
        if (file.open(QIODevice::WriteOnly)) file.resize(1 << 20);
    }
    Application::Options options{
        .engine =
            [=, cards = m_cards](app::EngineHost::EventSink sink) {
                Script script;
                script.placement = [cards](const generate::Offload& wish, int layers) { return cards.place(wish, layers); };
                script.tokensPerSecond = tokensPerSecond;
                script.promptTokensPerSecond = promptTokensPerSecond;
                script.loadSeconds = loadSeconds;
                script.contextLength = 65'536;
                script.refuses = [](const std::filesystem::path& path) -> std::optional<Error> {
                    if (path.stem() != "mamba") return std::nullopt;
                    return Error{ErrorCode::Unsupported, "the architecture \"mamba\" is not known"};
                };
                return std::make_unique<ScriptedEngine>(std::move(script), std::move(sink));
            },
        .inspect = inspect,
        .storeFile = m_folder->filePath(QStringLiteral("conversations.sqlite")),
        .settingsFile = m_folder->filePath(QStringLiteral("settings.json")),
        .workshop = mixedWorkshop(m_jobSpeed),
        .workshopFile = m_folder->filePath(QStringLiteral("workshop.json")),
    };
    options.estimate = app::scriptedReader(options.workshop);
    options.devices = m_cards.probe();
    options.discover = app::scriptedHub();
    options.downloads = {.file = m_folder->filePath(QStringLiteral("downloads.json")), .folder = {}, .sumsFile = m_folder->filePath(QStringLiteral("sums.json"))};
    options.downloadSource = app::scriptedDownloads(m_downloadSpeed);
    options.tokensFile = m_folder->filePath(QStringLiteral("tokens.json"));
    options.starter.folder = models;
    options.starter.index = QStringLiteral("http://127.0.0.1:9/"); // nothing is downloaded by a test
    auto made = Application::make(options);
    if (!made) qFatal("%s", made.error().message.c_str());
    m_application = std::move(*made);
}

QUrl Bench::model(const QString& name) const { return QUrl::fromLocalFile(m_folder->filePath(QStringLiteral("models/%1.gguf").arg(name))); }

int Bench::conversation(const QString& title, int messages)
{
    auto& store = m_application->store();
    ConversationRecord conversation;
    conversation.title = title;
    const int id = store.addConversation(conversation);
    int last = 0;
    for (int i = 0; i < messages; ++i) {
        MessageRecord message;
        message.conversation = id;
        message.parent = last;
        message.role = i % 2 == 0 ? MessageRecord::Role::User : MessageRecord::Role::Assistant;
        message.content = QStringLiteral("Message %1 speaks of %2.").arg(i).arg(title);
        for (int line = 0; line < i % 12; ++line) message.content += QStringLiteral(" And so it goes on, line after line, as messages will.");
        if (i % 6 == 5) {
            message.content += QStringLiteral("\n\n```cpp\n");
            for (int line = 0; line < 3 + i % 19; ++line) message.content += QStringLiteral("    const int value%1 = compute(%1, \"text\"); // why\n").arg(line);
            message.content += QStringLiteral("```\n");
        }
        last = store.addMessage(message);
    }
    return id;
}

QString Bench::clipboard() const { return QGuiApplication::clipboard()->text(); }

QUrl Bench::file(const QString& name) const { return QUrl::fromLocalFile(m_folder->filePath(QStringLiteral("models/") + name)); }

bool Bench::exists(const QUrl& file) const { return QFile::exists(file.toLocalFile()); }

QUrl Bench::tinyModel(const QString& name) const
{
    const QUrl url = file(name + QStringLiteral(".gguf"));
    test::TinyModel{}.write(url.toLocalFile().toStdString());
    return url;
}

int Bench::freePort() const
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

int Bench::takePort()
{
    if (!m_otherProgram.isListening()) m_otherProgram.listen(QHostAddress::LocalHost);
    return m_otherProgram.serverPort();
}

void Bench::setCards(const QString& machine)
{
    m_cards.set(machine == QLatin1String("laptop")     ? app::ScriptedDevices::Laptop
                : machine == QLatin1String("small")    ? app::ScriptedDevices::SmallCard
                : machine == QLatin1String("software") ? app::ScriptedDevices::Software
                                                       : app::ScriptedDevices::NoVulkan);
}

QUrl Bench::shortText() const
{
    const QUrl url = file(QStringLiteral("text.txt"));
    QFile out(url.toLocalFile());
    if (out.open(QIODevice::WriteOnly)) out.write(QByteArray("the world is a thing, hello world. ") + QByteArray(600, 'a')); // two contexts and a little
    return url;
}

QUrl Bench::checkpoint() const
{
    const QUrl url = file(QStringLiteral("SmolLM3-3B"));
    QDir().mkpath(url.toLocalFile());
    for (const char* name : {"config.json", "model.safetensors"}) {
        QFile file(url.toLocalFile() + u'/' + QLatin1String(name));
        if (file.open(QIODevice::WriteOnly)) file.write("{}");
    }
    return url;
}

void Bench::drop(QQuickWindow* window, const QList<QUrl>& urls, double across) const
{
    QMimeData data;
    data.setUrls(urls);
    const QPoint where(int(window->width() * across), window->height() / 2);
    QDragEnterEvent enter(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &enter);
    QDragMoveEvent move(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &move);
    QDropEvent drop(where, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &drop);
}

} // namespace corral::ui
