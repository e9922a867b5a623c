#include "app/estimating/loaded_memory.h"

#include "app/chat/chat_controller.h"
#include "app/settings/chat_settings.h"
#include "app/text/sentences.h"
#include "core/memory/account.h"

#include <QLocale>

#include <algorithm>

namespace corral::app {

LoadedMemory::LoadedMemory(ChatController& chat, const ChatSettings& settings, EstimateReader reader, QObject* parent)
    : QObject(parent), m_chat(chat), m_settings(settings), m_reader(std::move(reader)), m_before(m_reader.machine().resident)
{
    constexpr int kEveryMs = 2'000;
    m_worker.setMaxThreadCount(1);
    m_watch.setInterval(kEveryMs);
    connect(&m_watch, &QTimer::timeout, this, &LoadedMemory::measure);
    connect(&chat, &ChatController::stateChanged, this, &LoadedMemory::look);
    connect(&chat, &ChatController::modelRecovered, this, [this] {
        forget();
        look();
    });
    connect(&chat, &ChatController::contextChanged, this, [this] {
        if (watching()) emit changed();
    });
}

LoadedMemory::~LoadedMemory()
{
    m_worker.clear();
    m_worker.waitForDone();
}

void LoadedMemory::setWatching(bool on)
{
    if (on == watching()) return;
    if (on) m_watch.start();
    else m_watch.stop();
    emit watchingChanged();
    if (on) measure();
}

void LoadedMemory::look()
{
    switch (m_chat.state()) {
    case ChatController::NoModel:
    case ChatController::Failed:
    case ChatController::Loading:
        if (m_path.isEmpty() && m_chat.state() == ChatController::Loading) m_before = m_reader.machine().resident; // the last moment without a model
        if (m_chat.state() != ChatController::Loading) m_path.clear();
        forget();
        return;
    default: break;
    }
    if (!m_estimate) estimate();
}

void LoadedMemory::forget()
{
    ++m_generation;
    if (!m_estimate) return;
    m_estimate.reset();
    emit changed();
}

void LoadedMemory::estimate()
{
    m_path = m_chat.modelUrl().toLocalFile();
    const generate::SessionOptions options = m_settings.sessionOptions();
    memory::Situation s;
    s.context = m_chat.contextLength();
    s.batch = options.batch;
    s.threads = options.threads;
    s.key = options.cacheK;
    s.value = options.cacheV;
    constexpr std::uint64_t kEnough = std::uint64_t(1) << 50; // the layers are on the cards: that there was room is known
    for (const generate::DevicePart& part : m_chat.placement().devices) s.gpus.push_back({.name = part.name, .capacity = kEnough, .free = kEnough});
    s.gpuLayers = m_chat.placement().layers;
    s.places = m_chat.placement().places;
    const quint64 generation = ++m_generation;
    m_worker.start([this, generation, s, path = m_path, open = m_reader.open] {
        const auto file = open(path.toStdString());
        if (!file) return;
        const auto account = memory::ModelMemory(*file).account(s);
        if (!account) return;
        const memory::DeviceAccount& host = account->devices.front(); // what this process is measured by
        Estimate found{.cache = host.bytes(memory::Group::Cache)};
        found.rest = host.total() - found.cache;
        for (const memory::Part& part : host.parts) {
            if (part.id == "program.code") found.rest -= part.bytes; // was there before the model
        }
        QMetaObject::invokeMethod(this, [this, generation, found] {
            if (generation != m_generation) return;
            m_estimate = found;
            measure();
        }, Qt::QueuedConnection);
    });
}

void LoadedMemory::measure()
{
    const std::uint64_t resident = m_reader.machine().resident;
    m_measured = resident > m_before ? resident - m_before : 0;
    emit changed();
}

std::uint64_t LoadedMemory::estimatedNowBytes() const
{
    if (!m_estimate || m_chat.contextLength() == 0) return 0;
    const double filled = std::min(1.0, double(m_chat.contextUsed()) / double(m_chat.contextLength()));
    return m_estimate->rest + std::uint64_t(double(m_estimate->cache) * filled);
}

double LoadedMemory::shareOf(std::uint64_t bytes) const
{
    return double(bytes) / double(std::max<std::uint64_t>({estimatedBytes(), measuredBytes(), 1}));
}

QString LoadedMemory::modelName() const { return m_chat.modelName(); }
QString LoadedMemory::estimatedText() const { return sizeText(qint64(estimatedBytes())); }
QString LoadedMemory::estimatedDetail() const { return sizeDetail(qint64(estimatedBytes())); }
QString LoadedMemory::estimatedNowText() const { return sizeText(qint64(estimatedNowBytes())); }
QString LoadedMemory::estimatedNowDetail() const { return sizeDetail(qint64(estimatedNowBytes())); }
QString LoadedMemory::measuredText() const { return sizeText(qint64(m_measured)); }
QString LoadedMemory::measuredDetail() const { return sizeDetail(qint64(m_measured)); }
double LoadedMemory::estimatedShare() const { return shareOf(estimatedBytes()); }
double LoadedMemory::estimatedNowShare() const { return shareOf(estimatedNowBytes()); }
double LoadedMemory::measuredShare() const { return shareOf(measuredBytes()); }

QString LoadedMemory::contextText() const
{
    const QLocale locale;
    return tr("%1 of %2 tokens").arg(locale.toString(m_chat.contextUsed()), locale.toString(m_chat.contextLength()));
}

} // namespace corral::app
