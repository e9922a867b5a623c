#include "app/serving/serve_controller.h"

#include "app/devices/offload_words.h"
#include "app/quantizing/job_words.h"
#include "app/serving/client_snippets.h"
#include "app/settings/settings_file.h"
#include "app/text/sentences.h"
#include "core/hub/token_store.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QLocale>
#include <QNetworkInterface>

#include <algorithm>
#include <cmath>
#include <utility>

namespace corral::app {

using namespace std::chrono_literals;

namespace {

constexpr auto kWatchedEvery = 500ms, kInTrayEvery = 2000ms;
constexpr int kShortestContext = 1024, kLongestContext = 262'144;
const QString kSettings = QStringLiteral("server"), kClosing = QStringLiteral("closing");
const QStringList kClosings{QStringLiteral("ask"), QStringLiteral("keep"), QStringLiteral("quit")}; // by ServeController::Closing

QString keyFileBeside(const QString& settings) { return QFileInfo(settings).absolutePath() + QStringLiteral("/server.key"); }

QString addressAt(const QString& host, int port) { return QStringLiteral("http://%1:%2").arg(host).arg(port); }

// Where other computers find this one.
QStringList hostsOfMachine()
{
    QStringList hosts;
    for (const QHostAddress& address : QNetworkInterface::allAddresses()) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback() && !address.isLinkLocal()) hosts.append(address.toString());
    }
    return hosts;
}

} // namespace

ServeController::ServeController(SettingsFile& settings, StarterManifest starter, Describe describe, QObject* parent)
    : QObject(parent), m_settings(settings), m_starter(std::move(starter)), m_describe(std::move(describe)),
      m_choices(ServeChoices::fromJson(settings.object(kSettings))), m_key(keyFileBeside(settings.path()))
{
    connect(&m_poll, &QTimer::timeout, &m_host, &ServerHost::look);
    connect(&m_host, &ServerHost::loading, this, [this](double fraction) {
        m_loadProgress = fraction;
        emit loadProgressChanged();
    });
    connect(&m_host, &ServerHost::listening, this, [this](const QString&, quint16 port) {
        m_port = port;
        if (m_state == Loading) emit stateChanged();
    });
    connect(&m_host, &ServerHost::loaded, this, &ServeController::takeLoaded);
    connect(&m_host, &ServerHost::recovery, this, &ServeController::takeRecovery);
    connect(&m_host, &ServerHost::refused, this, &ServeController::refuse);
    connect(&m_host, &ServerHost::stopped, this, [this] {
        if (m_state != Stopping) return;
        say(LogListModel::Information, tr("Stopped"));
        transition(Stopped);
    });
    connect(&m_host, &ServerHost::served, this, &ServeController::takeServed);
    connect(&m_host, &ServerHost::seen, this, &ServeController::takeSeen);
    connect(this, &ServeController::choicesChanged, this, &ServeController::snippetsChanged);
    connect(this, &ServeController::stateChanged, this, &ServeController::snippetsChanged);
}

ServeController::~ServeController() = default;

// The one place where the state changes. What follows from a state alone follows here.
void ServeController::transition(State next, const Problem& problem)
{
    const State before = std::exchange(m_state, next);
    m_problem = problem;
    if (next == Loading) {
        m_started = m_choices;
        m_port = quint16(m_choices.port);
        m_loadProgress = 0;
        m_served = m_refused = 0;
        emit loadProgressChanged();
    }
    if (next == Running) m_uptime.start();
    if (next != Running) {
        m_recovering = false;
        m_busySlots = m_waiting = 0;
        m_rate = {};
        m_requests.clear();
        if (next != Stopping) m_slots.show({}, 0);
        emit seen();
    }
    poll();
    emit problemChanged();
    if (before == next) return;
    emit stateChanged();
    emit choicesChanged(); // canStart
}

void ServeController::start()
{
    if (active()) return;
    if (m_choices.model.isEmpty()) return transition(Failed, {.field = ModelField, .text = tr("Choose the model to serve."), .detail = {}});
    if (!QFileInfo(m_choices.model).isFile()) return refuse(ServerHost::Model, {ErrorCode::NotFound, m_choices.model.toStdString()}, 0);
    say(LogListModel::Information, tr("Loading %1").arg(modelFileName()));
    transition(Loading);
    m_host.start(m_choices.options(m_starter, m_key.key()));
}

void ServeController::stop()
{
    if (m_state != Loading && m_state != Running) return;
    transition(Stopping);
    m_host.stop();
}

void ServeController::takeLoaded(const ServerHost::Loaded& what)
{
    if (m_state != Loading) return;
    m_loaded = what;
    m_servedModel = modelName(); // as it is called everywhere in the window
    m_slots.show(std::vector<generate::SlotState>(std::size_t(what.slotCount)), what.contextLength);
    transition(Running);
    sayReady();
}

void ServeController::takeRecovery(const engine::Recovery& what, const generate::Placement& placement)
{
    if (m_state != Running) return;
    using enum engine::Recovery::Stage;
    switch (what.stage) {
    case Lost:
        m_recovering = true;
        m_loadProgress = 0;
        say(LogListModel::Error, tr("The graphics card was lost, and the answers it was working on: %1. Loading %2 again").arg(detailOf(what.error), modelFileName()));
        break;
    case Copying: m_loadProgress = what.progress; break;
    case Failed: say(LogListModel::Error, tr("%1 could not be loaded again, and will be tried once more: %2").arg(modelFileName(), detailOf(what.error))); break;
    case Recovered:
        m_recovering = false;
        m_loaded.placement = placement;
        sayReady();
        break;
    }
    emit loadProgressChanged();
    if (what.stage != Copying) emit stateChanged();
}

void ServeController::sayReady()
{
    say(LogListModel::Information, tr("Ready at %1: %2").arg(address(), facts()));
    if (!placementNote().isEmpty()) say(LogListModel::Information, tr("%1 (%2)", "sentence, detail").arg(placementNote(), placementDetail()));
}

void ServeController::refuse(ServerHost::Step step, const Error& error, quint16 freePort)
{
    if (m_state == Stopping) return; // the end of what was cancelled
    constexpr int kPrivileged = 1024;
    Problem problem{.field = NoField, .text = sentenceFor(error, modelFileName()), .detail = detailOf(error), .freePort = freePort};
    if (step == ServerHost::Model) problem.field = ModelField;
    if (step == ServerHost::Address && freePort != 0) {
        problem.field = PortField;
        problem.text = tr("Port %1 is taken by another program.").arg(m_choices.port);
    } else if (step == ServerHost::Address && m_choices.port < kPrivileged) {
        problem.field = PortField;
        problem.text = tr("Port %1 cannot be used: those below 1024 are kept for the system.").arg(m_choices.port);
    } else if (step == ServerHost::Address) {
        problem.field = AddressField;
        problem.text = tr("This address cannot be used: %1").arg(detailOf(error));
    }
    say(LogListModel::Error, problem.text);
    transition(Failed, problem);
    emit ended(problem.text);
}

void ServeController::takeSeen(const ServerHost::Glance& glance)
{
    if (m_state != Running) return;
    std::uint64_t tokens = glance.state.generatedTokens;
    for (const generate::SlotState& slot : glance.state.slotStates) tokens += std::uint64_t(slot.task != 0 ? slot.generatedTokens : 0);
    m_rate.add(tokens, glance.at);
    m_busySlots = int(std::ranges::count_if(glance.state.slotStates, [](const generate::SlotState& slot) { return slot.task != 0; }));
    m_waiting = glance.state.waiting;
    m_requests.show(glance);
    m_slots.show(glance.state.slotStates, m_loaded.contextLength);
    emit seen();
}

void ServeController::takeServed(const QList<ServerHost::Served>& requests)
{
    constexpr int kClientError = 400, kServerError = 500;
    QList<LogListModel::Line> lines;
    for (const auto& [time, what] : requests) {
        const QString request = what.path.empty() ? tr("Unreadable request") : QString::fromStdString(what.method + ' ' + what.path);
        const QString duration = tr("%L1 ms").arg(qlonglong(what.time.count()));
        LogListModel::Line line{.time = time, .level = LogListModel::Information, .text = {}};
        if (what.status == 0) {
            line.level = LogListModel::Warning;
            line.text = tr("%1: client disconnected before the answer, %2").arg(request, duration);
        } else {
            ++m_served;
            if (what.status >= kClientError) ++m_refused;
            line.level = what.status >= kServerError ? LogListModel::Error : what.status >= kClientError || what.gone ? LogListModel::Warning : LogListModel::Information;
            line.text = (what.gone ? tr("%1: %2, %3, client disconnected") : tr("%1: %2, %3", "request: status, duration")).arg(request).arg(what.status).arg(duration);
        }
        lines.append(line);
    }
    m_log.add(lines);
    emit seen();
}

void ServeController::say(LogListModel::Level level, const QString& text) { m_log.add({{.time = QDateTime::currentDateTime(), .level = level, .text = text}}); }

void ServeController::poll()
{
    if (m_state != Running || (!m_watched && !m_inTray)) return m_poll.stop();
    m_poll.start(m_watched ? kWatchedEvery : kInTrayEvery);
    m_host.look();
}

void ServeController::setWatched(bool watched)
{
    if (watched == m_watched) return;
    m_watched = watched;
    poll();
    emit watchedChanged();
}

void ServeController::setInTray(bool shown)
{
    if (std::exchange(m_inTray, shown) != shown) poll();
}

// ---- choices

void ServeController::changed(Field field)
{
    QJsonObject kept = m_settings.object(kSettings);
    const QJsonObject choices = m_choices.toJson();
    for (auto it = choices.begin(); it != choices.end(); ++it) kept[it.key()] = it.value();
    m_settings.setObject(kSettings, kept);
    if (m_state == Failed) transition(Stopped);
    else if (m_problem.field == field && field != NoField) transition(m_state);
    emit choicesChanged();
}

template <class T> void ServeController::change(T& choice, const T& value, Field field)
{
    if (choice == value) return;
    choice = value;
    changed(field);
}

QUrl ServeController::modelUrl() const { return m_choices.model.isEmpty() ? QUrl() : QUrl::fromLocalFile(m_choices.model); }
void ServeController::setModelUrl(const QUrl& url) { change(m_choices.model, url.toLocalFile(), ModelField); }
QString ServeController::modelFileName() const { return QFileInfo(m_choices.model).fileName(); }
QString ServeController::modelName() const { return m_choices.model.isEmpty() ? QString() : m_describe(m_choices.model).name; }
QString ServeController::modelDetail() const { return m_choices.model.isEmpty() ? QString() : m_describe(m_choices.model).detail; }
void ServeController::setUsualModel(const QString& path)
{
    if (m_choices.model.isEmpty()) change(m_choices.model, path, ModelField);
}
void ServeController::modelsChanged() { emit choicesChanged(); }
void ServeController::modelMoved(const QString& from, const QString& to)
{
    if (m_choices.model == from) change(m_choices.model, to);
}

void ServeController::setEverywhere(bool on) { change(m_choices.everywhere, on, AddressField); }
void ServeController::setPort(int port) { change(m_choices.port, std::clamp(port, 1, ServeChoices::kMostPort), PortField); }
void ServeController::setSlotCount(int count) { change(m_choices.slotCount, std::clamp(count, 1, ServeChoices::kMostSlots)); }
void ServeController::setThreads(int threads) { change(m_choices.threads, std::clamp(threads, 0, ServeChoices::kMostThreads)); }
void ServeController::setGpuLayers(const QString& layers)
{
    if (const auto wished = layersOf(layers)) change(m_choices.gpuLayers, textOfLayers(*wished));
}
void ServeController::setName(const QString& name) { change(m_choices.name, name.trimmed()); }
void ServeController::setEmbeddings(bool on) { change(m_choices.embeddings, on); }
void ServeController::setMetrics(bool on) { change(m_choices.metrics, on); }
void ServeController::setPages(const QString& pages) { change(m_choices.pages, pages.trimmed()); }
QString ServeController::usualName() const { return modelFileName(); }

QStringList ServeController::contexts() const
{
    QStringList choices{tr("Automatic")};
    for (int length = kShortestContext; length <= kLongestContext; length *= 2) choices.append(tr("%L1 tokens").arg(length));
    return choices;
}

// One that stands in the settings and is not offered is shown as the next shorter one.
int ServeController::context() const
{
    int index = 0;
    for (int length = kShortestContext; length <= std::min(m_choices.context, kLongestContext); length *= 2) ++index;
    return m_choices.context > 0 ? std::max(index, 1) : 0;
}

void ServeController::setContext(int index)
{
    if (index < 0 || index >= contexts().size() || index == context()) return;
    change(m_choices.context, index == 0 ? 0 : kShortestContext << (index - 1));
}

void ServeController::setKey(const QString& key)
{
    const QString wanted = key.trimmed();
    if (wanted == m_key.key()) {
        if (m_problem.field == KeyField) transition(active() ? m_state : Stopped);
        return;
    }
    if (!wanted.isEmpty() && !hub::TokenStore::isToken(wanted)) {
        m_problem = {.field = KeyField, .text = tr("A key consists of letters, digits and signs, without blanks."), .detail = {}};
        return emit problemChanged();
    }
    if (const auto kept = m_key.set(wanted); !kept) {
        m_problem = {.field = KeyField, .text = tr("The key could not be kept: %1").arg(detailOf(kept.error())), .detail = {}};
        return emit problemChanged();
    }
    changed(KeyField);
}

void ServeController::generateKey()
{
    setKey(KeyFile::generate());
    setKeyShown(true);
}

QString ServeController::summary() const
{
    QStringList parts{tr("Port %1").arg(m_choices.port), tr("%n slot(s)", nullptr, m_choices.slotCount)};
    if (m_choices.everywhere) parts.append(tr("reachable from other computers"));
    parts.append(m_key.key().isEmpty() ? tr("no key") : tr("with a key"));
    return parts.join(QStringLiteral(" · "));
}

QString ServeController::caution() const
{
    if (!m_choices.everywhere) return {};
    return m_key.key().isEmpty() ? tr("Anyone who can reach this computer can use the model. Require a key unless you trust everyone on the network.")
                                 : tr("Other computers can use the model if they know the key. The traffic is not encrypted: do this only in networks you trust.");
}

QString ServeController::commandLine() const { return (active() ? m_started : m_choices).commandLine(m_starter, m_key.key().isEmpty() ? QString() : m_key.path()); }

ServeController::Closing ServeController::closing() const
{
    return Closing(std::max<qsizetype>(0, kClosings.indexOf(m_settings.object(kSettings)[kClosing].toString())));
}

void ServeController::setClosing(Closing closing)
{
    if (closing == this->closing()) return;
    QJsonObject kept = m_settings.object(kSettings);
    kept[kClosing] = kClosings[closing];
    m_settings.setObject(kSettings, kept);
    emit closingChanged();
}

// ---- what is shown of the server

QString ServeController::stateText() const
{
    switch (m_state) {
    case Stopped: return tr("The server is off");
    case Loading: return tr("Loading %1").arg(modelName());
    case Running: return (m_recovering ? tr("Loading %1 again") : tr("Serving %1")).arg(m_servedModel);
    case Stopping: return tr("Stopping…");
    case Failed: return tr("The server could not start");
    }
    return {};
}

QString ServeController::address() const
{
    const ServeChoices& choices = active() ? m_started : m_choices;
    const int port = active() ? m_port : choices.port;
    const QStringList hosts = choices.everywhere ? hostsOfMachine() : QStringList();
    return addressAt(hosts.isEmpty() ? QStringLiteral("127.0.0.1") : hosts.front(), port);
}

QStringList ServeController::otherAddresses() const
{
    QStringList addresses;
    if (!active() || !m_started.everywhere) return addresses;
    for (const QString& host : hostsOfMachine().mid(1)) addresses.append(addressAt(host, m_port));
    addresses.append(addressAt(QStringLiteral("127.0.0.1"), m_port));
    addresses.removeAll(address());
    return addresses;
}

QString ServeController::facts() const
{
    if (m_recovering) return tr("The graphics card was lost. Programs that ask now are told to wait until the model is loaded again.");
    const QString text = tr("%1 of %L2 tokens · %3", "4 slots of 8,192 tokens · 2 threads")
                             .arg(tr("%n slot(s)", nullptr, m_loaded.slotCount))
                             .arg(m_loaded.contextLength)
                             .arg(tr("%n thread(s)", nullptr, m_loaded.threads));
    const QString where = whereText(m_loaded.placement);
    return where.isEmpty() ? text : text + QStringLiteral(" · ") + where;
}

QString ServeController::placementNote() const { return m_state == Running && !m_recovering ? shortfallText(m_loaded.placement) : QString(); }
QString ServeController::placementDetail() const { return QString::fromStdString(m_loaded.placement.note); }

// Texts turned into vectors have a session of their own.
OffloadAsk ServeController::memoryAsk() const
{
    return {.model = m_choices.model, .options = m_choices.sessionOfSlot(), .sequences = m_choices.slotCount + int(m_choices.embeddings)};
}

QString ServeController::rateText() const
{
    const double rate = m_rate.perSecond();
    return rate > 0 ? QLocale().toString(rate, 'f', 1) : QStringLiteral("0");
}

QString ServeController::slotsText() const { return tr("%L1 of %L2", "slots at work").arg(m_busySlots).arg(m_loaded.slotCount); }
QString ServeController::servedText() const { return QLocale().toString(m_served); }

QString ServeController::uptimeText() const
{
    constexpr double kThousand = 1000, kMinute = 60;
    if (m_state != Running) return {};
    const double seconds = double(m_uptime.elapsed()) / kThousand;
    return durationText(seconds < kMinute ? std::floor(seconds) : std::floor(seconds / kMinute) * kMinute);
}

void ServeController::takeFreePort()
{
    if (m_problem.freePort == 0) return;
    setPort(m_problem.freePort);
    start();
}

// ---- how programs ask it

QString ServeController::snippetWith(Language language, const QString& key) const
{
    const ServeChoices& choices = active() ? m_started : m_choices;
    const ClientFacts facts{.address = address(), .model = choices.name.isEmpty() ? modelFileName() : choices.name, .key = key};
    switch (language) {
    case Curl: return curlSnippet(facts);
    case Python: return pythonSnippet(facts);
    case JavaScript: return javaScriptSnippet(facts);
    }
    return {};
}

QString ServeController::snippet(Language language) const { return snippetWith(language, m_key.key()); }

QString ServeController::shownSnippet(Language language) const
{
    constexpr int kDots = 12;
    return snippetWith(language, m_key.key().isEmpty() || m_keyShown ? m_key.key() : QString(kDots, u'•'));
}

void ServeController::setKeyShown(bool shown)
{
    if (std::exchange(m_keyShown, shown) != shown) emit snippetsChanged();
}

} // namespace corral::app
