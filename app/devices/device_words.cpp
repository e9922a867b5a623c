#include "app/devices/device_words.h"

#include "app/text/sentences.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace corral::app {

namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(Devices)
};

// Every reason of core/backend/vulkan/devices.cpp, letter by letter; %1 is what it fills in.
constexpr std::array kReasons{
    QT_TRANSLATE_NOOP("Devices", "a program that stands in for a graphics card: the processor itself is faster"),
    QT_TRANSLATE_NOOP("Devices", "its driver speaks Vulkan %1; 1.2 is needed"),
    QT_TRANSLATE_NOOP("Devices", "it only draws, it does not compute"),
    QT_TRANSLATE_NOOP("Devices", "its driver does not let programs read 16-bit numbers from memory"),
    QT_TRANSLATE_NOOP("Devices", "it has no memory of its own to offer"),
    QT_TRANSLATE_NOOP("Devices", "the same card is used through another driver, %1"),
};

constexpr std::string_view kGap = "%1";

struct Reason {
    const char* pattern;
    std::string value;
};
std::optional<Reason> reasonOf(std::string_view unusable)
{
    for (const char* pattern : kReasons) {
        const std::string_view text = pattern;
        const auto gap = text.find(kGap);
        if (gap == std::string_view::npos) {
            if (text == unusable) return Reason{pattern, {}};
            continue;
        }
        const std::string_view before = text.substr(0, gap), after = text.substr(gap + kGap.size());
        if (unusable.size() < before.size() + after.size() || !unusable.starts_with(before) || !unusable.ends_with(after)) continue;
        return Reason{pattern, std::string(unusable.substr(before.size(), unusable.size() - before.size() - after.size()))};
    }
    return std::nullopt;
}

QString size(std::uint64_t bytes) { return sizeText(qint64(std::min<std::uint64_t>(bytes, std::uint64_t(1) << 62))); }

QString number(std::uint64_t value) { return QLocale().toString(quint64(value)); }

} // namespace

bool hasWordsForReason(const std::string& unusable) { return unusable.empty() || reasonOf(unusable).has_value(); }

QString shortName(const std::string& device)
{
    const QString name = QString::fromStdString(device).simplified();
    const qsizetype bracket = name.indexOf(QLatin1String(" ("));
    return bracket > 0 ? name.left(bracket) : name;
}

QString typeText(const vulkan::DeviceInfo& device)
{
    switch (device.type) {
    case vulkan::DeviceType::Discrete: return Words::tr("Graphics card with memory of its own");
    case vulkan::DeviceType::Integrated: return Words::tr("Part of the processor");
    case vulkan::DeviceType::Virtual: return Words::tr("Of a virtual machine");
    case vulkan::DeviceType::Software: return Words::tr("A program, no hardware");
    case vulkan::DeviceType::Other: break;
    }
    return Words::tr("Of another kind");
}

QString whyUnusedText(const vulkan::DeviceInfo& device)
{
    if (device.unusable.empty()) return {};
    const auto reason = reasonOf(device.unusable);
    QString text = reason ? Words::tr(reason->pattern) : QString::fromStdString(device.unusable);
    if (reason && text.contains(QLatin1String("%1"))) text = text.arg(QString::fromStdString(reason->value));
    return Words::tr("Not used: %1.", "a reason").arg(text);
}

QString abilitiesText(const vulkan::DeviceInfo& device)
{
    QStringList all;
    const auto add = [&](bool can, const QString& what) {
        if (can) all.append(what);
    };
    add(device.float16, Words::tr("16-bit numbers"));
    add(device.int8, Words::tr("8-bit integers"));
    add(device.integerDot, Words::tr("fast products of bytes"));
    add(device.cooperativeMatrix, Words::tr("matrix units"));
    return all.isEmpty() ? Words::tr("32-bit numbers only") : all.join(Words::tr(", ", "between the parts of a list"));
}

QString memoryText(const vulkan::DeviceInfo& device)
{
    if (device.memory == 0) return Words::tr("none");
    const QString memory = device.freeMemory > 0 ? Words::tr("%1, of which %2 are free").arg(size(device.memory), size(device.freeMemory)) : size(device.memory);
    return device.unified ? Words::tr("%1; shared with the processor").arg(memory) : memory;
}

QList<DeviceFact> factsOf(const vulkan::DeviceInfo& device)
{
    const QString driver = device.driver.empty() ? Words::tr("unknown") : QString::fromStdString(device.driver).simplified();
    return {{Words::tr("Kind"), typeText(device)},
            {Words::tr("Memory"), memoryText(device)},
            {Words::tr("Computes with"), abilitiesText(device)},
            {Words::tr("Driver"), driver},
            {QStringLiteral("Vulkan"), QString::fromStdString(device.version)}};
}

QList<DeviceFact> detailsOf(const vulkan::DeviceInfo& device)
{
    QList<DeviceFact> facts;
    const auto add = [&](std::uint64_t value, const QString& label, const QString& text) {
        if (value > 0) facts.append({label, text});
    };
    add(device.largestAllocation, Words::tr("Largest piece of memory"), size(device.largestAllocation));
    add(device.largestBinding, Words::tr("Largest argument"), size(device.largestBinding));
    add(device.sharedMemory, Words::tr("Shared memory"), sizeDetail(device.sharedMemory));
    add(device.workgroup, Words::tr("Workgroup"), Words::tr("up to %1 threads").arg(number(device.workgroup)));
    const bool ranges = device.smallestSubgroup > 0 && device.smallestSubgroup != device.largestSubgroup;
    add(device.subgroup, Words::tr("Subgroup"),
        ranges ? Words::tr("%1 threads (%2 to %3)").arg(device.subgroup).arg(device.smallestSubgroup).arg(device.largestSubgroup)
               : Words::tr("%1 threads").arg(device.subgroup));
    if (!device.id.empty()) facts.append({Words::tr("Identity"), QString::fromStdString(device.id)});
    return facts;
}

} // namespace corral::app
