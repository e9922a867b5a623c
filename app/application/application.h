#pragma once
// All the objects of one running window, made in order and connected. What differs between the real program, the scripted one and a
// test comes in by Options.
#include "app/chat/chat_controller.h"
#include "app/conversations/conversation_list_model.h"
#include "app/devices/device_list_model.h"
#include "app/devices/offload_plan.h"
#include "app/discovering/discover_controller.h"
#include "app/downloads/download_queue.h"
#include "app/engine/engine_host.h"
#include "app/estimating/estimate_controller.h"
#include "app/estimating/loaded_memory.h"
#include "app/library/library_model.h"
#include "app/library/model_details.h"
#include "app/models/model_picker_model.h"
#include "app/quantizing/quantize_controller.h"
#include "app/serving/serve_controller.h"
#include "app/settings/chat_settings.h"
#include "app/settings/settings_file.h"
#include "app/starter/starter_fetcher.h"
#include "app/store/store.h"
#include "core/hub/client.h"
#include "core/hub/token_store.h"

#include <QNetworkAccessManager>
#include <QVariantMap>

#include <memory>
#include <optional>

namespace corral::app {

class Application {
public:
    struct Options {
        EngineHost::Factory engine;
        ModelPickerModel::Inspect inspect;
        QString storeFile = Store::defaultFile();
        QString settingsFile = SettingsFile::defaultFile();
        Workshop workshop = Workshop::real();
        QString workshopFile = WorkshopRecords::defaultFile();
        StarterFetcher::Options starter = StarterFetcher::defaultOptions(); // its folder is the models folder
        LibraryIndex::Options library = {}; // what is empty of it: only the models folder, and nothing is kept
        EstimateReader estimate = {}; // what is empty of it: files and hubs as they are
        DeviceProbe devices = vulkan::devices;
        QString tokensFile = hub::TokenStore::defaultFile();
        hub::HubSettings hubs = hub::HubSettings::fromEnvironment();
        std::optional<HubSource> discover = {}; // none: the hubs as they are
        DownloadQueue::Options downloads = {}; // no folder: the models folder
        std::optional<DownloadSource> downloadSource = {}; // none: the hubs as they are
    };
    // The only thing that can fail is the store (a disk that cannot be written, a file of a newer Corral).
    static Result<std::unique_ptr<Application>> make(const Options& options);

    // What Main.qml requires.
    QVariantMap initialProperties();

    // To be called when the window is usable: loads `model`, else the model used last, else the starter, which is fetched if need be.
    void begin(const QString& model = {});

    Store& store() { return *m_store; }
    ChatController& chat() { return m_chat; }
    ConversationListModel& conversations() { return m_conversations; }
    ModelPickerModel& models() { return m_models; }
    ChatSettings& settings() { return m_settings; }
    StarterFetcher& starter() { return m_starter; }
    QuantizeController& quantize() { return m_quantize; }
    EstimateController& estimate() { return m_estimate; }
    LibraryModel& library() { return m_library; }
    ModelDetails& details() { return m_details; }
    hub::HubClient& hub() { return m_hub; }
    hub::TokenStore& tokens() { return m_tokens; }
    DiscoverController& discover() { return m_discover; }
    DownloadQueue& downloads() { return m_downloads; }
    ServeController& serving() { return m_serving; }
    DeviceListModel& devices() { return m_devices; }
    OffloadPlan& offload() { return m_offload; }
    OffloadPlan& servingOffload() { return m_servingOffload; }

private:
    Application(const Options& options, std::unique_ptr<Store> store);
    EstimateReader estimateReader(EstimateReader reader);
    ServeController::ModelFacts factsOf(const QString& model) const;
    static LibraryIndex::Options libraryOptions(const Options& options);
    static DownloadQueue::Options downloadOptions(const Options& options);

    const StarterManifest m_manifest = StarterManifest::load();
    SettingsFile m_settingsFile;
    std::unique_ptr<Store> m_store;
    EngineHost m_host;
    ChatSettings m_settings;
    ChatController m_chat;
    ConversationListModel m_conversations;
    ModelPickerModel m_models;
    StarterFetcher m_starter;
    QuantizeController m_quantize;
    LibraryIndex m_libraryIndex;
    LibraryModel m_library;
    ModelDetails m_details;
    QNetworkAccessManager m_network;
    hub::TokenStore m_tokens;
    hub::HubClient m_hub;
    DiscoverController m_discover;
    DownloadQueue m_downloads;
    EstimateController m_estimate;
    LoadedMemory m_loadedMemory;
    ServeController m_serving;
    DeviceListModel m_devices;
    OffloadPlan m_offload, m_servingOffload; // of the chat's model, of the server's
};

} // namespace corral::app
