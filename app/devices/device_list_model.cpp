#include "app/devices/device_list_model.h"

#include "app/text/sentences.h"
#include "core/base/cpu_features.h"
#include "core/generate/placement.h"

#include <QCoreApplication>
#include <QSysInfo>
#include <QVariantMap>

#include <algorithm>

namespace corral::app {

namespace {

QString nameOf(SimdLevel level)
{
    switch (level) {
    case SimdLevel::Avx512: return QStringLiteral("AVX-512");
    case SimdLevel::Avx2: return QStringLiteral("AVX2");
    case SimdLevel::Neon: return QStringLiteral("NEON");
    case SimdLevel::Plain: break;
    }
    return DeviceListModel::tr("no vector instructions that Corral uses");
}

QVariantList asVariants(const QList<DeviceFact>& facts)
{
    QVariantList list;
    for (const DeviceFact& fact : facts) list.append(QVariantMap{{QStringLiteral("label"), fact.label}, {QStringLiteral("value"), fact.value}});
    return list;
}

QStringList asLines(const QList<DeviceFact>& facts)
{
    QStringList lines;
    for (const DeviceFact& fact : facts) lines.append(DeviceListModel::tr("  %1: %2", "a fact of a device").arg(fact.label, fact.value));
    return lines;
}

} // namespace

DeviceListModel::DeviceListModel(DeviceProbe probe, std::function<MemoryStatus()> machine, QObject* parent)
    : QAbstractListModel(parent), m_probe(std::move(probe)), m_machine(std::move(machine))
{
    m_worker.setMaxThreadCount(1);
}

DeviceListModel::~DeviceListModel()
{
    m_worker.clear();
    m_worker.waitForDone();
}

void DeviceListModel::look()
{
    if (m_looking) return;
    m_looking = true;
    if (m_state != Known) m_state = Looking;
    emit stateChanged();
    m_worker.start([this, probe = m_probe] {
        auto found = probe();
        QMetaObject::invokeMethod(this, [this, found = std::move(found)]() mutable { take(std::move(found)); }, Qt::QueuedConnection);
    });
}

void DeviceListModel::take(Result<std::vector<vulkan::DeviceInfo>> found)
{
    beginResetModel();
    m_looking = false;
    m_devices = found ? std::move(*found) : std::vector<vulkan::DeviceInfo>();
    m_detail = found ? QString() : detailOf(found.error());
    m_state = found ? Known : found.error().code == ErrorCode::Unsupported ? NoVulkan : Failed;
    endResetModel();
    emit stateChanged();
}

int DeviceListModel::usableCount() const
{
    return int(std::ranges::count_if(m_devices, [](const vulkan::DeviceInfo& device) { return device.unusable.empty(); }));
}

const vulkan::DeviceInfo* DeviceListModel::best() const
{
    const auto found = std::ranges::find_if(m_devices, [](const vulkan::DeviceInfo& device) { return device.unusable.empty(); });
    return found == m_devices.end() ? nullptr : &*found;
}

QString DeviceListModel::reason() const
{
    switch (m_state) {
    case Unknown:
    case Looking: return {};
    case Known: return m_devices.empty() ? tr("There is no graphics card that speaks Vulkan.") : QString();
    case NoVulkan: return tr("Vulkan, by which Corral computes on graphics cards, is not there.");
    case Failed: break;
    }
    return tr("Looking for graphics cards failed.");
}

QString DeviceListModel::processorName() const
{
    const std::string name = cpuName();
    return name.empty() ? tr("Processor") : QString::fromStdString(name);
}

QString DeviceListModel::processorFacts() const { return tr("%1, %2", "cores, instructions").arg(tr("%n core(s)", nullptr, physicalCores()), nameOf(simdLevel())); }

QString DeviceListModel::processorMemory() const
{
    const MemoryStatus memory = m_machine();
    return memory.total == 0 ? QString() : tr("%1, of which %2 are free").arg(sizeText(qint64(memory.total)), sizeText(qint64(memory.available)));
}

QVariant DeviceListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const vulkan::DeviceInfo& device = m_devices[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return QString::fromStdString(device.name).simplified();
    case UsableRole: return device.unusable.empty();
    case ChosenRole: return &device == best() && generate::takenByItself(device);
    case ReasonRole: return whyUnusedText(device);
    case FactsRole: return asVariants(factsOf(device));
    case DetailsRole: return asVariants(detailsOf(device));
    case UsedShareRole:
        return device.memory > 0 && device.freeMemory > 0 ? std::clamp(1 - double(device.freeMemory) / double(device.memory), 0.0, 1.0) : -1.0;
    default: return {};
    }
}

QHash<int, QByteArray> DeviceListModel::roleNames() const
{
    return {{NameRole, "name"},   {UsableRole, "usable"},   {ChosenRole, "chosen"},       {ReasonRole, "reason"},
            {FactsRole, "facts"}, {DetailsRole, "details"}, {UsedShareRole, "usedShare"}};
}

QString DeviceListModel::report() const
{
    QStringList lines{tr("Corral %1 on %2, %3").arg(QCoreApplication::applicationVersion(), QSysInfo::prettyProductName(), QSysInfo::kernelType() + u' ' + QSysInfo::kernelVersion()), QString(),
                      processorName(), asLines({{tr("Processor"), processorFacts()}, {tr("Memory"), processorMemory()}}).join(u'\n')};
    if (m_state == NoVulkan || m_state == Failed) lines << QString() << reason() << QStringLiteral("  ") + m_detail;
    for (const vulkan::DeviceInfo& device : m_devices) {
        lines << QString() << QString::fromStdString(device.name).simplified();
        if (!device.unusable.empty()) lines << QStringLiteral("  ") + whyUnusedText(device);
        lines << asLines(factsOf(device)) << asLines(detailsOf(device));
    }
    if (m_state == Known && m_devices.empty()) lines << QString() << reason();
    return lines.join(u'\n') + u'\n';
}

} // namespace corral::app
