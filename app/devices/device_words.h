#pragma once
// Graphics cards in the reader's language: what they are, what they can do, why one is not used.
#include "core/backend/vulkan/devices.h"

#include <QList>
#include <QString>

namespace corral::app {

struct DeviceFact {
    QString label, value;
};

QString shortName(const std::string& device); // "AMD Radeon RX 7800 XT (RADV NAVI32)" without what stands in brackets
QString typeText(const vulkan::DeviceInfo& device);
QString whyUnusedText(const vulkan::DeviceInfo& device); // a sentence; "": it can be computed on
QString abilitiesText(const vulkan::DeviceInfo& device); // "16-bit numbers, matrix units"
QString memoryText(const vulkan::DeviceInfo& device);    // "12.9 GB, of which 11.2 GB are free"
QList<DeviceFact> factsOf(const vulkan::DeviceInfo& device); // type, driver, memory, what it can do
QList<DeviceFact> detailsOf(const vulkan::DeviceInfo& device); // limits, for a report

// Whether this program has words for a reason: a test asks this of all that core/backend/vulkan gives.
bool hasWordsForReason(const std::string& unusable);

} // namespace corral::app
