#include "app/devices/offload_words.h"

#include "app/devices/device_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace corral::app {

namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(Offload)
};

constexpr int kMostLayers = 10'000;

} // namespace

std::optional<int> layersOf(const QString& text)
{
    const QString word = text.trimmed().toLower();
    if (word == kAutoLayers || word == QLatin1String("-1")) return generate::Offload::kAuto;
    if (word == kAllLayers || word == QLatin1String("-2")) return generate::Offload::kAll;
    bool ok = false;
    const int number = word.toInt(&ok);
    if (!ok || number < 0) return std::nullopt;
    return std::min(number, kMostLayers);
}

QString textOfLayers(int layers)
{
    if (layers == generate::Offload::kAuto) return kAutoLayers;
    return layers == generate::Offload::kAll ? kAllLayers : QString::number(layers);
}

QString whereText(const generate::Placement& placement)
{
    if (placement.devices.empty()) return {};
    QStringList names;
    for (const generate::DevicePart& part : placement.devices) names.append(shortName(part.name));
    return Words::tr("%1, %2 of %3 layers", "a graphics card").arg(names.join(QStringLiteral(" + "))).arg(placement.layers).arg(placement.modelLayers);
}

QString shortfallText(const generate::Placement& placement)
{
    if (placement.note.empty()) return {};
    if (placement.devices.empty()) return Words::tr("The graphics card is not used: the processor computes the whole model.");
    if (placement.layers >= placement.modelLayers) return Words::tr("The model lies on the graphics card, but not as it was wished for.");
    return Words::tr("%1 of %2 layers are on the graphics card; the processor computes the others.").arg(placement.layers).arg(placement.modelLayers);
}

} // namespace corral::app
