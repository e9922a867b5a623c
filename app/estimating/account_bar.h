#pragma once
// A device's account as the segments of its bar.
#include "app/estimating/estimate_bar.h"
#include "core/memory/account.h"

namespace corral::app {

EstimateBar::Kind kindOf(memory::Group group);
QString titleOfKind(int kind); // of EstimateBar::Kind

// Capacity, free bytes and one segment for each group; name, note and reserve are the caller's.
EstimateBar::Content barOf(const memory::DeviceAccount& device);

} // namespace corral::app
