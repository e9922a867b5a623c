#include "app/devices/offload_plan.h"

#include "app/devices/device_words.h"
#include "app/devices/offload_words.h"
#include "app/estimating/account_bar.h"
#include "app/text/sentences.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <tuple>
#include <utility>

namespace corral::app {

using generate::Offload;

OffloadPlan::OffloadPlan(DeviceListModel& devices, EstimateReader reader, QObject* parent) : QObject(parent), m_devices(devices), m_reader(std::move(reader))
{
    m_worker.setMaxThreadCount(1);
    connect(&devices, &DeviceListModel::stateChanged, this, [this] {
        if (!m_watched) return;
        if (m_stale) lookAtCards();
        compute();
    });
}

OffloadPlan::~OffloadPlan()
{
    m_worker.clear();
    m_worker.waitForDone();
}

void OffloadPlan::setWatched(bool watched)
{
    if (watched == m_watched) return;
    m_watched = watched;
    emit watchedChanged();
    if (!watched) return;
    lookAtCards();
    readModel();
    compute();
}

void OffloadPlan::ask(const OffloadAsk& ask)
{
    const bool moved = ask.present.layers != m_ask.present.layers;
    m_ask = ask;
    if (!m_watched) return;
    if (moved) lookAtCards(); // a model came to the card, or went
    readModel();
    compute();
}

void OffloadPlan::lookAtCards()
{
    m_stale = m_devices.looking(); // once more after that
    if (!m_stale) m_devices.look();
}

void OffloadPlan::readModel()
{
    if (m_ask.model == m_readPath) return;
    m_readPath = m_ask.model;
    m_model.reset();
    m_file.reset();
    m_bytes.reset();
    m_unreadable = false;
    const quint64 generation = ++m_generation;
    if (m_readPath.isEmpty()) return;
    m_worker.start([this, generation, path = m_readPath, open = m_reader.open] {
        const auto file = open(path.toStdString());
        auto model = file ? std::make_shared<memory::ModelMemory>(*file) : nullptr;
        QMetaObject::invokeMethod(this, [this, generation, model, header = file.value_or(nullptr)] {
            if (generation != m_generation) return;
            m_file = header;
            m_unreadable = !model;
            if (model) m_model = std::make_unique<memory::ModelMemory>(std::move(*model));
            compute();
        }, Qt::QueuedConnection);
    });
}

const vulkan::DeviceInfo* OffloadPlan::infoOf(const generate::Card& card) const
{
    const auto found = std::ranges::find(m_devices.devices(), card.id, &vulkan::DeviceInfo::id);
    return found == m_devices.devices().end() ? nullptr : &*found;
}

// As a session does, but that what lies there now would be free again, and that a card which gets layers by hand only is shown, too.
void OffloadPlan::chooseCards()
{
    Offload wish = m_ask.options.offload;
    m_cards = generate::cardsFor(wish, m_devices.devices()).cards;
    m_leftAlone = m_cards.empty() && automatic() && wish.devices.empty();
    if (m_leftAlone) {
        wish.layers = Offload::kAll;
        m_cards = generate::cardsFor(wish, m_devices.devices()).cards;
        m_leftAlone = !m_cards.empty();
    }
    for (generate::Card& card : m_cards) {
        for (const generate::DevicePart& part : m_ask.present.devices)
            if (part.id == card.id) card.free += part.weightBytes + part.cacheBytes + part.computeBytes;
        if (const vulkan::DeviceInfo* info = infoOf(card)) card.free = std::min(card.free, info->memory);
    }
}

OffloadPlan::Card OffloadPlan::card() const
{
    if (m_devices.state() == DeviceListModel::Unknown || m_devices.state() == DeviceListModel::Looking) return NotLooked;
    return m_cards.empty() ? NoCard : HasCard;
}

QString OffloadPlan::names() const
{
    QStringList names;
    for (const generate::Card& card : m_cards) names.append(shortName(card.name));
    return QLocale().createSeparatedList(names);
}

const generate::ModelBytes* OffloadPlan::modelBytes()
{
    const auto key = [](const OffloadAsk& ask) { return std::tuple(ask.options.contextLength, ask.options.batch, ask.options.cacheK, ask.options.cacheV, ask.sequences); };
    if (!m_bytes || key(m_bytesOf) != key(m_ask)) m_bytes = generate::modelBytes(m_file, m_ask.options, m_ask.sequences);
    m_bytesOf = m_ask;
    return *m_bytes ? &**m_bytes : nullptr;
}

void OffloadPlan::compute()
{
    m_account.reset();
    m_tooLarge = 0;
    chooseCards();
    if (m_model) {
        const generate::SessionOptions& o = m_ask.options;
        const MemoryStatus machine = m_reader.machine();
        memory::Situation s;
        s.context = o.contextLength;
        s.batch = o.batch;
        s.threads = o.threads;
        s.users = m_ask.sequences;
        s.key = o.cacheK;
        s.value = o.cacheV;
        s.host = {.name = "CPU", .capacity = machine.total, .free = machine.available};
        for (const generate::Card& card : m_cards) {
            const vulkan::DeviceInfo* info = infoOf(card);
            s.gpus.push_back({.name = card.name, .capacity = info ? info->memory : card.free, .free = card.free});
            s.gpuReserve = generate::cardMargin(card.free); // where only the account can tell
        }
        const int wished = o.offload.layers == Offload::kAll ? mostLayers() : std::clamp(o.offload.layers, 0, mostLayers());
        s.gpuLayers = m_leftAlone ? 0 : automatic() ? -1 : wished;
        if (const generate::ModelBytes* bytes = m_leftAlone || m_cards.empty() ? nullptr : modelBytes()) {
            const generate::Plan plan = generate::planLayers(*bytes, o.offload, m_cards);
            s.places = automatic() ? plan.places : plan.wished; // what is wished for by hand is shown also where it is too much
            const int possible = int(std::ranges::count_if(plan.wished, [](int place) { return place >= 0; }));
            m_tooLarge = !automatic() ? wished - possible : possible == 0 ? mostLayers() : 0; // some that stay behind are nobody's missed wish
        }
        if (auto account = m_model->account(s)) m_account = std::move(*account);
        if (m_account) showBars();
    }
    const qsizetype bars = m_account ? qsizetype(m_account->devices.size()) - 1 : 0;
    if (std::exchange(m_shownBars, bars) != bars) emit cardBarsChanged();
    emit changed();
}

void OffloadPlan::showBars()
{
    EstimateBar::Content host = barOf(m_account->devices.front());
    host.name = tr("Main memory");
    m_hostBar.show(host);
    for (std::size_t i = 1; i < m_account->devices.size(); ++i) {
        const memory::DeviceAccount& card = m_account->devices[i];
        EstimateBar::Content content = barOf(card);
        content.name = shortName(card.device.name);
        content.note = tr("%1 of %2 layers").arg(card.layers).arg(mostLayers());
        if (automatic()) content.reserve = generate::cardMargin(content.free);
        if (m_cardBars.size() < qsizetype(i)) m_cardBars.append(new EstimateBar(this));
        m_cardBars[qsizetype(i) - 1]->show(content);
    }
}

int OffloadPlan::layers() const
{
    if (m_account) return m_account->gpuLayers;
    return std::max(0, m_ask.options.offload.layers);
}

QString OffloadPlan::summary() const
{
    switch (card()) {
    case NotLooked: return tr("Looking for graphics cards…");
    case NoCard: return tr("No graphics card can be used here: the processor computes.");
    case HasCard: break;
    }
    const QString name = names();
    const int count = int(m_cards.size());
    if (m_leftAlone) return tr("%1 shares the processor's memory, so the processor computes all layers. Layers given to it by hand may speed up long prompts.").arg(name);
    if (!m_account) return automatic() ? tr("As many layers as there is room for on %1.").arg(name) : QString();
    if (layers() == 0 && m_tooLarge > 0) return tr("The processor computes all layers.");
    if (layers() == 0) return automatic() ? tr("%1 has no room: the processor computes all layers.", "a card, or several", count).arg(name) : tr("The processor computes all layers.");
    if (layers() >= mostLayers()) return tr("%1 computes all layers.", "a card, or several", count).arg(name);
    if (m_account->places.back() < 0) return tr("%1 computes %2 of %3 layers, the processor the others.", "a card, or several", count).arg(name).arg(layers()).arg(mostLayers());
    return tr("%1 computes the last %2 of %3 layers, the processor the others.", "a card, or several", count).arg(name).arg(layers()).arg(mostLayers());
}

QString OffloadPlan::caution() const
{
    if (!m_account) return {};
    for (qsizetype i = 0; i < m_shownBars; ++i)
        if (m_cardBars[i]->over())
            return tr("That is %1 more than %2 has free. Fewer layers will be put there.").arg(sizeText(qint64(m_cardBars[i]->excess())), m_cardBars[i]->name());
    if (m_tooLarge > 0) return tr("%n layer(s) cannot go to %1: a part of this model is larger than what it takes in one piece.", nullptr, m_tooLarge).arg(names());
    if (m_hostBar.over()) return tr("That is %1 more main memory than there is.").arg(sizeText(qint64(m_hostBar.excess())));
    return {};
}

QString OffloadPlan::totalText() const { return m_account ? sizeText(qint64(std::min<std::uint64_t>(m_account->total(), std::uint64_t(1) << 62))) : QString(); }

QString OffloadPlan::wishFor(int layers) const { return mostLayers() > 0 && layers >= mostLayers() ? kAllLayers : textOfLayers(std::max(0, layers)); }

} // namespace corral::app
