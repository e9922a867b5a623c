#pragma once
// How many layers graphics cards compute, as the settings and the command line write it: "auto", "all" or a number. And what came of it, as a person reads it.
#include "core/generate/offload.h"

#include <QString>

#include <optional>

namespace corral::app {

inline const QString kAutoLayers = QStringLiteral("auto"), kAllLayers = QStringLiteral("all");

std::optional<int> layersOf(const QString& text); // of generate::Offload; nothing: it is none of these
QString textOfLayers(int layers);

// "NVIDIA GeForce RTX 4070, 20 of 31 layers"; "" if all is on the processor.
QString whereText(const generate::Placement& placement);
// That fewer layers lie on cards than was wished for; "": as wished. The engine's words are the detail.
QString shortfallText(const generate::Placement& placement);

} // namespace corral::app
