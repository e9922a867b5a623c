#pragma once
// Where the list of graphics cards comes from: Vulkan, or a scripted one for `--fake-engine` and tests.
#include "core/backend/vulkan/devices.h"

#include <functional>
#include <vector>

namespace corral::app {

using DeviceProbe = std::function<Result<std::vector<vulkan::DeviceInfo>>()>; // called on a worker thread

} // namespace corral::app
