#pragma once
// The Server place: what is served and how, start and stop, and what the server is doing. The server runs on threads of its own (ServerHost).
//
//   Stopped —start→ Loading → Running —stop→ Stopping → Stopped        Loading → Failed (a problem beside the field it belongs to) —start→ …
#include "app/devices/offload_plan.h"
#include "app/serving/key_file.h"
#include "app/serving/log_list_model.h"
#include "app/serving/request_list_model.h"
#include "app/serving/serve_choices.h"
#include "app/serving/server_host.h"
#include "app/serving/slot_list_model.h"

#include <QElapsedTimer>
#include <QObject>
#include <QQmlEngine>
#include <QTimer>
#include <QUrl>

#include <functional>

namespace corral::app {

class SettingsFile;

class ServeController : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `serving`")

public:
    enum State { Stopped, Loading, Running, Stopping, Failed };
    Q_ENUM(State)
    enum Field { NoField, ModelField, PortField, AddressField, KeyField }; // that a problem belongs to
    Q_ENUM(Field)
    enum Closing { Ask, KeepRunning, StopAndQuit }; // what closing the window does while the server is active
    Q_ENUM(Closing)
    enum Language { Curl, Python, JavaScript };
    Q_ENUM(Language)
    struct ModelFacts {
        QString name, detail; // "SmolLM2 135M Instruct", "135 million · Q4_1 · 98.4 MB"
    };
    using Describe = std::function<ModelFacts(const QString& path)>;

private:
    // Choices: kept in the settings; they count from the next start on
    Q_PROPERTY(QUrl modelUrl READ modelUrl WRITE setModelUrl NOTIFY choicesChanged)
    Q_PROPERTY(QString modelName READ modelName NOTIFY choicesChanged) // "": none is chosen
    Q_PROPERTY(QString modelDetail READ modelDetail NOTIFY choicesChanged)
    Q_PROPERTY(bool everywhere READ everywhere WRITE setEverywhere NOTIFY choicesChanged) // other computers can reach it
    Q_PROPERTY(int port READ port WRITE setPort NOTIFY choicesChanged)
    Q_PROPERTY(int slotCount READ slotCount WRITE setSlotCount NOTIFY choicesChanged)
    Q_PROPERTY(int mostSlots READ mostSlots CONSTANT)
    Q_PROPERTY(QStringList contexts READ contexts CONSTANT)
    Q_PROPERTY(int context READ context WRITE setContext NOTIFY choicesChanged) // of contexts
    Q_PROPERTY(int threads READ threads WRITE setThreads NOTIFY choicesChanged) // 0: as many as cores
    Q_PROPERTY(int mostThreads READ mostThreads CONSTANT)
    Q_PROPERTY(QString gpuLayers READ gpuLayers WRITE setGpuLayers NOTIFY choicesChanged) // "auto", "all" or a number
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY choicesChanged)
    Q_PROPERTY(QString usualName READ usualName NOTIFY choicesChanged) // what it is called without one
    Q_PROPERTY(bool embeddings READ embeddings WRITE setEmbeddings NOTIFY choicesChanged)
    Q_PROPERTY(bool metrics READ metrics WRITE setMetrics NOTIFY choicesChanged)
    Q_PROPERTY(QString pages READ pages WRITE setPages NOTIFY choicesChanged) // web pages that may use it
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY choicesChanged)       // "": none is asked for
    Q_PROPERTY(QString summary READ summary NOTIFY choicesChanged)            // "Port 8080 · 4 slots · with a key"
    Q_PROPERTY(QString caution READ caution NOTIFY choicesChanged)            // what being reached from elsewhere means; "": it is not
    Q_PROPERTY(bool canStart READ canStart NOTIFY choicesChanged)
    Q_PROPERTY(QString commandLine READ commandLine NOTIFY choicesChanged)    // that does the same without a window
    Q_PROPERTY(Closing closing READ closing WRITE setClosing NOTIFY closingChanged)
    // The server
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool active READ active NOTIFY stateChanged)     // there is one: Loading, Running, Stopping
    Q_PROPERTY(bool recovering READ recovering NOTIFY stateChanged) // Running, but its graphics card was lost: loadProgress moves, requests are told to wait
    Q_PROPERTY(QString stateText READ stateText NOTIFY stateChanged)
    Q_PROPERTY(QString address READ address NOTIFY stateChanged) // "http://127.0.0.1:8080", to be copied; "": none
    Q_PROPERTY(QStringList otherAddresses READ otherAddresses NOTIFY stateChanged) // under which it can be reached as well
    Q_PROPERTY(QString servedModel READ servedModel NOTIFY stateChanged)
    Q_PROPERTY(QString facts READ facts NOTIFY stateChanged)     // "4 slots of 8,192 tokens · 2 threads"
    Q_PROPERTY(QString placementNote READ placementNote NOTIFY stateChanged) // fewer layers are on a card than were chosen: a sentence
    Q_PROPERTY(QString placementDetail READ placementDetail NOTIFY stateChanged) // in the engine's words
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY loadProgressChanged)
    Q_PROPERTY(Field problemField READ problemField NOTIFY problemChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)
    Q_PROPERTY(QString problemDetail READ problemDetail NOTIFY problemChanged)
    Q_PROPERTY(int freePort READ freePort NOTIFY problemChanged) // to be taken instead of the chosen one; 0: none is known
    // What it is doing, as long as somebody looks
    Q_PROPERTY(bool watched READ watched WRITE setWatched NOTIFY watchedChanged) // the page is seen: looked at twice a second
    Q_PROPERTY(corral::app::RequestListModel* requests READ requests CONSTANT)
    Q_PROPERTY(corral::app::SlotListModel* slotList READ slotList CONSTANT)
    Q_PROPERTY(corral::app::LogListModel* log READ log CONSTANT)
    Q_PROPERTY(int busySlots READ busySlots NOTIFY seen)
    Q_PROPERTY(int waiting READ waiting NOTIFY seen)         // tasks without a slot
    Q_PROPERTY(double rate READ rate NOTIFY seen)            // tokens a second, all together
    Q_PROPERTY(QString rateText READ rateText NOTIFY seen)   // "42.1"
    Q_PROPERTY(QString slotsText READ slotsText NOTIFY seen) // "2 of 4"
    Q_PROPERTY(QString servedText READ servedText NOTIFY seen)  // "1,204"
    Q_PROPERTY(int servedCount READ servedCount NOTIFY seen)    // requests that were answered
    Q_PROPERTY(int refusedCount READ refusedCount NOTIFY seen)  // of them with an error
    Q_PROPERTY(QString uptimeText READ uptimeText NOTIFY seen)  // "3 min"
    // How programs ask it
    Q_PROPERTY(bool keyShown READ keyShown WRITE setKeyShown NOTIFY snippetsChanged) // else dots stand for it
    Q_PROPERTY(QString curl READ curl NOTIFY snippetsChanged)
    Q_PROPERTY(QString python READ python NOTIFY snippetsChanged)
    Q_PROPERTY(QString javaScript READ javaScript NOTIFY snippetsChanged)

public:
    ServeController(SettingsFile& settings, StarterManifest starter, Describe describe, QObject* parent = nullptr);
    ~ServeController() override; // stops the server and waits for it

    Q_INVOKABLE void start();
    Q_INVOKABLE void stop();
    Q_INVOKABLE void takeFreePort();
    Q_INVOKABLE void generateKey();
    Q_INVOKABLE QString snippet(Language language) const; // with the key, to be copied
    void modelsChanged(); // in the library: facts may be others
    void modelMoved(const QString& from, const QString& to);
    void setUsualModel(const QString& path); // if none is chosen
    OffloadAsk memoryAsk() const; // what the chosen server would need
    void setInTray(bool shown); // looked at now and then, for its tooltip

    QUrl modelUrl() const;
    void setModelUrl(const QUrl& url);
    QString modelName() const;
    QString modelDetail() const;
    bool everywhere() const { return m_choices.everywhere; }
    void setEverywhere(bool on);
    int port() const { return m_choices.port; }
    void setPort(int port);
    int slotCount() const { return m_choices.slotCount; }
    void setSlotCount(int count);
    int mostSlots() const { return ServeChoices::kMostSlots; }
    QStringList contexts() const;
    int context() const;
    void setContext(int index);
    int threads() const { return m_choices.threads; }
    void setThreads(int threads);
    int mostThreads() const { return ServeChoices::kMostThreads; }
    QString gpuLayers() const { return m_choices.gpuLayers; }
    void setGpuLayers(const QString& layers);
    QString name() const { return m_choices.name; }
    void setName(const QString& name);
    QString usualName() const;
    bool embeddings() const { return m_choices.embeddings; }
    void setEmbeddings(bool on);
    bool metrics() const { return m_choices.metrics; }
    void setMetrics(bool on);
    QString pages() const { return m_choices.pages; }
    void setPages(const QString& pages);
    QString key() const { return m_key.key(); }
    void setKey(const QString& key);
    QString summary() const;
    QString caution() const;
    bool canStart() const { return !active() && !m_choices.model.isEmpty(); }
    QString commandLine() const;
    Closing closing() const;
    void setClosing(Closing closing);

    State state() const { return m_state; }
    bool active() const { return m_state == Loading || m_state == Running || m_state == Stopping; }
    bool recovering() const { return m_recovering; }
    QString stateText() const;
    QString address() const;
    QStringList otherAddresses() const;
    QString servedModel() const { return m_servedModel; }
    QString facts() const;
    QString placementNote() const;
    QString placementDetail() const;
    double loadProgress() const { return m_loadProgress; }
    Field problemField() const { return m_problem.field; }
    QString problem() const { return m_problem.text; }
    QString problemDetail() const { return m_problem.detail; }
    int freePort() const { return m_problem.freePort; }

    bool watched() const { return m_watched; }
    void setWatched(bool watched);
    RequestListModel* requests() { return &m_requests; }
    SlotListModel* slotList() { return &m_slots; }
    LogListModel* log() { return &m_log; }
    int busySlots() const { return m_busySlots; }
    int waiting() const { return m_waiting; }
    double rate() const { return m_rate.perSecond(); }
    QString rateText() const;
    QString slotsText() const;
    QString servedText() const;
    int servedCount() const { return m_served; }
    int refusedCount() const { return m_refused; }
    QString uptimeText() const;

    bool keyShown() const { return m_keyShown; }
    void setKeyShown(bool shown);
    QString curl() const { return shownSnippet(Curl); }
    QString python() const { return shownSnippet(Python); }
    QString javaScript() const { return shownSnippet(JavaScript); }

signals:
    void choicesChanged();
    void closingChanged();
    void stateChanged();
    void loadProgressChanged();
    void problemChanged();
    void watchedChanged();
    void seen();
    void snippetsChanged();
    void ended(const QString& sentence); // it could not start, while somebody looked elsewhere

private:
    struct Problem {
        Field field = NoField;
        QString text, detail;
        quint16 freePort = 0;
    };
    void transition(State next, const Problem& problem);
    void transition(State next) { transition(next, Problem()); }
    template <class T> void change(T& choice, const T& value, Field field = NoField);
    void changed(Field field); // a choice
    void refuse(ServerHost::Step step, const Error& error, quint16 freePort);
    void takeLoaded(const ServerHost::Loaded& what);
    void sayReady();
    void takeRecovery(const engine::Recovery& what, const generate::Placement& placement);
    void takeSeen(const ServerHost::Glance& glance);
    void takeServed(const QList<ServerHost::Served>& requests);
    void say(LogListModel::Level level, const QString& text);
    void poll(); // as often as somebody looks
    QString modelFileName() const;
    QString snippetWith(Language language, const QString& key) const;
    QString shownSnippet(Language language) const;

    SettingsFile& m_settings;
    const StarterManifest m_starter;
    const Describe m_describe;
    ServeChoices m_choices;
    KeyFile m_key;
    bool m_keyShown = false, m_watched = false, m_inTray = false;

    State m_state = Stopped;
    bool m_recovering = false;
    Problem m_problem;
    double m_loadProgress = 0;
    QString m_address;
    quint16 m_port = 0;
    ServerHost::Loaded m_loaded;
    QString m_servedModel;
    ServeChoices m_started; // what the server was started with
    QElapsedTimer m_uptime;

    RequestListModel m_requests;
    SlotListModel m_slots;
    LogListModel m_log;
    TokenRate m_rate;
    int m_busySlots = 0, m_waiting = 0, m_served = 0, m_refused = 0;
    QTimer m_poll;
    ServerHost m_host{this}; // last: nothing of it comes once the rest goes
};

} // namespace corral::app
