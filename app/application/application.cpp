#include "app/application/application.h"

#include "app/estimating/hub_models.h"
#include "app/text/sentences.h"

#include <QFileInfo>

namespace corral::app {

Result<std::unique_ptr<Application>> Application::make(const Options& options)
{
    auto store = Store::open(options.storeFile);
    if (!store) return std::unexpected(store.error());
    return std::unique_ptr<Application>(new Application(options, std::move(*store)));
}

Application::Application(const Options& options, std::unique_ptr<Store> store)
    : m_settingsFile(options.settingsFile), m_store(std::move(store)), m_host(options.engine), m_settings(m_settingsFile, m_manifest),
      m_chat(m_host, *m_store, m_settings, m_manifest), m_conversations(*m_store),
      m_models(m_settingsFile, options.starter.folder, m_manifest, options.inspect), m_starter(m_manifest, options.starter),
      m_quantize(options.workshop, options.workshopFile),
      m_libraryIndex(m_settingsFile, libraryOptions(options)), m_library(m_libraryIndex), m_details(m_library, m_libraryIndex, options.workshop), m_tokens(options.tokensFile), m_hub(m_network, options.hubs, &m_tokens),
      m_discover(m_hub, m_tokens, m_settingsFile, options.discover.value_or(HubSource::real(m_hub))),
      m_downloads(options.downloadSource.value_or(DownloadSource::real(m_hub, m_network)), downloadOptions(options)),
      m_estimate(estimateReader(options.estimate)), m_loadedMemory(m_chat, m_settings, estimateReader(options.estimate)),
      m_serving(m_settingsFile, m_manifest, [this](const QString& model) { return factsOf(model); }),
      m_devices(options.devices, estimateReader(options.estimate).machine), m_offload(m_devices, estimateReader(options.estimate)),
      m_servingOffload(m_devices, estimateReader(options.estimate))
{
    QObject::connect(&m_models, &ModelPickerModel::chosen, &m_chat, &ChatController::loadModel);
    QObject::connect(&m_quantize, &QuantizeController::chatWanted, &m_models, &ModelPickerModel::openFile);
    QObject::connect(&m_chat, &ChatController::modelChanged, &m_models, [this] {
        const bool inUse = m_chat.state() != ChatController::Failed && m_chat.state() != ChatController::NoModel;
        m_models.setCurrent(inUse ? m_chat.modelUrl().toLocalFile() : QString());
    });
    QObject::connect(&m_library, &LibraryModel::renamed, &m_models, [this](const QString& from, const QString& to) {
        m_settingsFile.moveModel(from, to);
        m_models.refresh();
        m_serving.modelMoved(from, to);
    });
    QObject::connect(&m_libraryIndex, &LibraryIndex::modelsChanged, &m_serving, &ServeController::modelsChanged);
    const auto askForChat = [this] {
        m_offload.ask({.model = m_chat.modelUrl().toLocalFile(), .options = m_settings.sessionOptions(), .present = m_chat.placement()});
    };
    QObject::connect(&m_settings, &ChatSettings::changed, &m_offload, askForChat);
    QObject::connect(&m_chat, &ChatController::modelChanged, &m_offload, askForChat);
    const auto askForServer = [this] { m_servingOffload.ask(m_serving.memoryAsk()); };
    QObject::connect(&m_serving, &ServeController::choicesChanged, &m_servingOffload, askForServer);
    askForChat();
    askForServer();
    QObject::connect(&m_discover, &DiscoverController::downloadWanted, &m_downloads, [this](const auto& repository, const auto& set) { m_downloads.addSet(repository, set); });
    QObject::connect(&m_discover, &DiscoverController::addressWanted, &m_downloads, [this](const QString& address) { m_downloads.add(address); });
    QObject::connect(&m_downloads, &DownloadQueue::chatWanted, &m_models, &ModelPickerModel::openFile);
    QObject::connect(&m_downloads, &DownloadQueue::arrived, &m_models, [this] {
        m_models.refresh();
        m_libraryIndex.refresh();
    });
    QObject::connect(&m_starter, &StarterFetcher::ready, &m_chat, [this] {
        m_models.refresh();
        m_serving.setUsualModel(m_starter.file().toLocalFile());
        if (m_chat.state() == ChatController::NoModel) m_chat.loadModel(m_starter.file());
    });
}

// As the library knows it; of a file that lies elsewhere what its name and size tell.
ServeController::ModelFacts Application::factsOf(const QString& model) const
{
    const QFileInfo file(model);
    const auto known = m_library.find(model);
    if (!known) return {file.completeBaseName(), file.exists() ? sizeText(file.size()) : QString()};
    QStringList details{known->facts ? parametersText(known->facts->parameters) : QString(), QString::fromStdString(known->quantization()), sizeText(qint64(known->bytes()))};
    details.removeAll(QString());
    return {QString::fromStdString(known->title()), details.join(QStringLiteral(" · "))};
}

LibraryIndex::Options Application::libraryOptions(const Options& options)
{
    LibraryIndex::Options library = options.library;
    if (library.ownFolder.isEmpty()) library.ownFolder = options.starter.folder;
    if (!library.inspect) library.inspect = options.inspect;
    return library;
}

DownloadQueue::Options Application::downloadOptions(const Options& options)
{
    DownloadQueue::Options downloads = options.downloads;
    if (downloads.folder.isEmpty()) downloads.folder = options.starter.folder;
    return downloads;
}

EstimateReader Application::estimateReader(EstimateReader reader)
{
    if (!reader.open) reader.open = [](const std::filesystem::path& path) { return gguf::File::open(path); };
    if (!reader.readRemote) reader.readRemote = [this](const QString& source) { return readHubModel(m_hub, m_network, source); };
    return reader;
}

QVariantMap Application::initialProperties()
{
    return {{QStringLiteral("chat"), QVariant::fromValue(&m_chat)},
            {QStringLiteral("conversations"), QVariant::fromValue(&m_conversations)},
            {QStringLiteral("models"), QVariant::fromValue(&m_models)},
            {QStringLiteral("settings"), QVariant::fromValue(&m_settings)},
            {QStringLiteral("starter"), QVariant::fromValue(&m_starter)},
            {QStringLiteral("quantize"), QVariant::fromValue(&m_quantize)},
            {QStringLiteral("library"), QVariant::fromValue(&m_library)},
            {QStringLiteral("details"), QVariant::fromValue(&m_details)},
            {QStringLiteral("discover"), QVariant::fromValue(&m_discover)},
            {QStringLiteral("downloads"), QVariant::fromValue(&m_downloads)},
            {QStringLiteral("estimate"), QVariant::fromValue(&m_estimate)},
            {QStringLiteral("loadedMemory"), QVariant::fromValue(&m_loadedMemory)},
            {QStringLiteral("serving"), QVariant::fromValue(&m_serving)},
            {QStringLiteral("devices"), QVariant::fromValue(&m_devices)},
            {QStringLiteral("offload"), QVariant::fromValue(&m_offload)},
            {QStringLiteral("servingOffload"), QVariant::fromValue(&m_servingOffload)}};
}

void Application::begin(const QString& model)
{
    QObject::connect(&m_tokens, &hub::TokenStore::opened, &m_downloads, &DownloadQueue::begin, Qt::SingleShotConnection); // some ask for a token
    m_tokens.open();
    m_libraryIndex.refresh();
    const QString preferred = m_models.preferred();
    if (!preferred.isEmpty()) m_serving.setUsualModel(preferred);
    if (!model.isEmpty()) return m_models.openFile(QUrl::fromLocalFile(QFileInfo(model).absoluteFilePath()));
    if (!preferred.isEmpty()) m_chat.loadModel(QUrl::fromLocalFile(preferred));
    else m_starter.start();
}

} // namespace corral::app
