#include "app/main/gui.h"

#include "app/application/application.h"
#include "app/demo/demo_conversations.h"
#include "app/demo/demo_library.h"
#include "app/devices/scripted_devices.h"
#include "app/engine/scripted_engine.h"
#include "app/estimating/scripted_reader.h"
#include "app/main/screenshots.h"
#include "app/main/tray.h"
#include "app/quantizing/scripted_workshop.h"
#include "app/text/sentences.h"

#include <KColorSchemeManager>
#include <KIconTheme>
#include <KLocalizedQmlContext>

#include <QAbstractItemModel>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QIcon>
#include <QLocale>
#include <QNetworkProxyFactory>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QStyleHints>
#include <QTemporaryDir>
#include <QTranslator>

#include <cstdio>
#include <filesystem>
#include <optional>

namespace corral::app {

namespace {

struct Arguments {
    QString model, screenshots, only, scheme, language;
    bool fakeEngine = false;
};

Arguments parse(const QStringList& words)
{
    QCommandLineParser parser;
    const QCommandLineOption fake(QStringLiteral("fake-engine"), QStringLiteral("Run on a scripted engine, with conversations of its own."));
    const QCommandLineOption screenshots(QStringLiteral("screenshots"), QStringLiteral("Take pictures of every page into DIR and quit."), QStringLiteral("DIR"));
    const QCommandLineOption only(QStringLiteral("only"), QStringLiteral("Of the pictures, those whose name starts so."), QStringLiteral("NAME"));
    const QCommandLineOption scheme(QStringLiteral("scheme"), QStringLiteral("light or dark."), QStringLiteral("NAME"));
    const QCommandLineOption language(QStringLiteral("lang"), QStringLiteral("The language of the window, e.g. zh_CN."), QStringLiteral("LANG"));
    const QCommandLineOption model(QStringLiteral("m"), QStringLiteral("The model to load."), QStringLiteral("FILE"));
    parser.addOptions({fake, screenshots, only, scheme, language, model});
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("A model to load."));
    parser.process(words);
    Arguments arguments;
    arguments.fakeEngine = parser.isSet(fake) || parser.isSet(screenshots);
    arguments.screenshots = parser.value(screenshots);
    arguments.only = parser.value(only);
    arguments.scheme = parser.value(scheme);
    arguments.language = parser.value(language);
    arguments.model = parser.isSet(model) ? parser.value(model) : parser.positionalArguments().value(0);
    return arguments;
}

// Has to be known before the application object: whether this run takes pictures.
bool wantsScreenshots(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        if (QByteArrayView(argv[i]).startsWith("--screenshots")) return true;
    }
    return false;
}

// Without a graphics card OpenGL is computed (llvmpipe), and Qt's own software painter is five to ten times smoother for text.
void chooseRenderer()
{
#ifdef Q_OS_LINUX
    if (qEnvironmentVariableIsSet("QT_QUICK_BACKEND")) return;
    const bool hasCard = !QDir(QStringLiteral("/dev/dri")).entryList({QStringLiteral("renderD*")}, QDir::System).isEmpty();
    if (!hasCard) qputenv("QT_QUICK_BACKEND", "software");
#endif
}

// For pictures: no animation, a configuration of its own, and no display needed.
void quieten(const QTemporaryDir& config)
{
    QFile globals(config.filePath(QStringLiteral("kdeglobals")));
    if (globals.open(QIODevice::WriteOnly)) globals.write("[KDE]\nAnimationDurationFactor=0\n");
    qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
    if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
}

void makeDemoModels(const QString& folder)
{
    QDir().mkpath(folder);
    const QHash<QString, qint64> sizes{{QStringLiteral("SmolLM2-135M-Instruct.Q4_1.gguf"), 98'362'432},
                                       {QStringLiteral("Qwen2.5-1.5B-Instruct-F16.gguf"), 3'093'666'720},
                                       {QStringLiteral("Qwen2.5-1.5B-Instruct-Q4_K_M.gguf"), 986'046'944},
                                       {QStringLiteral("mamba-2.8b-Q8_0.gguf"), 2'943'000'000},
                                       {QStringLiteral("A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-Q4_K_M.gguf"), 986'046'944}};
    const StarterManifest starter = StarterManifest::load();
    const QString real = StarterManifest::modelsFolder() + u'/' + starter.file; // so that a server has something to serve
    for (auto it = sizes.cbegin(); it != sizes.cend(); ++it) {
        QFile file(folder + u'/' + it.key());
        if (it.key() == starter.file && QFile::exists(real) && QFile::link(real, file.fileName())) continue;
        if (file.open(QIODevice::WriteOnly)) file.resize(it.value()); // sparse
    }
    const QString checkpoint = folder + QStringLiteral("/SmolLM3-3B"); // a folder to convert
    QDir().mkpath(checkpoint);
    for (const char* name : {"config.json", "model.safetensors"}) {
        QFile file(checkpoint + u'/' + QString::fromLatin1(name));
        if (file.open(QIODevice::WriteOnly)) file.write("{}");
    }
}

class Scheme {
public:
    explicit Scheme(QStyleHints* hints) : m_hints(hints)
    {
        m_manager->setAutosaveChanges(false); // the choice is kept in our own settings
    }
    void apply(ChatSettings::ColorScheme wanted)
    {
        bool dark = wanted == ChatSettings::Dark;
        if (wanted == ChatSettings::FollowSystem) dark = m_hints->colorScheme() == Qt::ColorScheme::Dark;
        m_manager->activateScheme(m_manager->indexForSchemeId(dark ? QStringLiteral("BreezeDark") : QStringLiteral("BreezeLight")));
    }

private:
    KColorSchemeManager* m_manager = KColorSchemeManager::instance();
    QStyleHints* m_hints;
};

} // namespace

int runGui(int argc, char** argv)
{
    QTemporaryDir scratch; // for runs that must not touch the user's own data
    const bool takesPictures = wantsScreenshots(argc, argv);
    if (takesPictures) quieten(scratch);
    chooseRenderer();
    KIconTheme::initTheme(); // before the application object: icons that take the text's colour
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("corral"));
    QApplication::setApplicationDisplayName(QStringLiteral("Corral"));
    QApplication::setApplicationVersion(QStringLiteral(CORRAL_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("corral"));
    QApplication::setStyle(QStringLiteral("breeze"));
    QQuickStyle::setStyle(QStringLiteral("org.kde.desktop"));
    QNetworkProxyFactory::setUseSystemConfiguration(true);

    const Arguments arguments = parse(QApplication::arguments());
    if (!arguments.language.isEmpty()) {
        QLocale::setDefault(QLocale(arguments.language));
        qputenv("LANGUAGE", arguments.language.toUtf8()); // for the strings of Kirigami and Kirigami Addons
    }
    QTranslator translator;
    const bool translated = translator.load(QLocale(), QStringLiteral("corral"), QStringLiteral("_"), QStringLiteral(":/i18n")) ||
                            translator.load(QStringLiteral(":/i18n/corral_en.qm")); // English plurals, whatever the locale
    if (translated) QApplication::installTranslator(&translator);

    Application* running = nullptr; // as soon as it does
    Application::Options options{.engine = [](EngineHost::EventSink sink) { return engine::makeEngine(std::move(sink)); }, .inspect = engine::inspect};
    options.library = LibraryIndex::defaultOptions(options.starter.folder, options.inspect);
    ScriptedDevices cards(takesPictures ? ScriptedDevices::NoVulkan : ScriptedDevices::Laptop);
    if (arguments.fakeEngine) {
        options.devices = cards.probe();
        options.engine = [takesPictures, cards](EngineHost::EventSink sink) {
            Script script;
            script.placement = [cards](const generate::Offload& wish, int modelLayers) { return cards.place(wish, modelLayers); };
            if (takesPictures) { // long enough to be met half way, in every size and scheme
                script.promptTokensPerSecond = 120;
                script.loadSecondsOf = [](const std::filesystem::path& path) { return path.stem().string().starts_with("Qwen") ? 120.0 : 0.0; };
            }
            script.refuses = [](const std::filesystem::path& path) -> std::optional<Error> {
                if (!path.stem().string().starts_with("mamba")) return std::nullopt;
                return Error{ErrorCode::Unsupported, "the architecture \"mamba\" is not known"};
            };
            return std::make_unique<ScriptedEngine>(std::move(script), std::move(sink));
        };
        options.inspect = inspectDemo;
        WorkshopScript workshop;
        if (takesPictures) { // a model of that name keeps its jobs at work, the others are done at once
            workshop.bytesPerSecondOf = [](const JobOrder& order) { return order.input.stem().string().starts_with("Qwen") ? 12e6 : 0.0; };
            workshop.openSeconds = 0;
        }
        options.workshop = scriptedWorkshop(workshop);
        options.discover = scriptedHub();
        options.estimate = scriptedReader(options.workshop, [&running] {
            constexpr std::uint64_t kWindow = 310'000'000, kModel = 104'000'000;
            return kWindow + (running && running->chat().state() != ChatController::NoModel && running->chat().state() != ChatController::Loading ? kModel : 0);
        });
        options.downloads = {.file = scratch.filePath(QStringLiteral("downloads.json")), .folder = {}, .sumsFile = scratch.filePath(QStringLiteral("sums.json"))};
        options.downloadSource = scriptedDownloads(24e6);
        options.tokensFile = scratch.filePath(QStringLiteral("tokens.json"));
        options.workshopFile = scratch.filePath(QStringLiteral("workshop.json"));
        options.storeFile = scratch.filePath(QStringLiteral("conversations.sqlite"));
        options.settingsFile = scratch.filePath(QStringLiteral("settings.json"));
        options.starter.folder = scratch.filePath(QStringLiteral("models"));
        makeDemoModels(options.starter.folder);
        const DemoLibrary library = makeDemoLibrary(scratch.path());
        options.library = {.ownFolder = {}, .otherPrograms = [others = library.otherPrograms] { return others; }, .cacheFile = {}, .sumsFile = {}, .inspect = {}};
        SettingsFile(options.settingsFile).setFolders({library.addedFolder});
    }
    auto made = Application::make(options);
    if (!made) {
        std::fprintf(stderr, "corral: %s\n", made.error().message.c_str());
        return 1;
    }
    Application& corral = **made;
    running = &corral;
    const DemoConversations demo = arguments.fakeEngine ? fillWithDemo(corral.store()) : DemoConversations{};

    Scheme scheme(QApplication::styleHints());
    const auto applyScheme = [&] {
        if (arguments.scheme == QLatin1String("light")) scheme.apply(ChatSettings::Light);
        else if (arguments.scheme == QLatin1String("dark")) scheme.apply(ChatSettings::Dark);
        else scheme.apply(corral.settings().colorScheme());
    };
    QObject::connect(QApplication::styleHints(), &QStyleHints::colorSchemeChanged, &corral.settings(), applyScheme);
    QObject::connect(&corral.settings(), &ChatSettings::colorSchemeChanged, &corral.settings(), applyScheme);
    applyScheme();

    QQmlApplicationEngine engine;
    KLocalization::setupLocalizedContext(&engine); // Kirigami Addons' forms ask for it
    engine.setInitialProperties(corral.initialProperties());
    QObject::connect(&engine, &QQmlApplicationEngine::objectCreationFailed, &application, [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.loadFromModule("Corral.Ui", "Main");
    auto* window = engine.rootObjects().isEmpty() ? nullptr : qobject_cast<QQuickWindow*>(engine.rootObjects().constFirst());
    if (!window) return 1;

    if (!arguments.screenshots.isEmpty()) return takeScreenshots(*window, corral, demo, cards, arguments.screenshots, arguments.only);

    const Tray tray(*window, corral.serving());

    // The first frame first, then the model.
    QObject::connect(window, &QQuickWindow::frameSwapped, &corral.chat(), [&] { corral.begin(arguments.model); },
                     Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
    return QApplication::exec();
}

} // namespace corral::app
