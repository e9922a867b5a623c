#pragma once
// Internal to the folder: what devices.h tells, of one device.
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/instance.h"

namespace corral::vulkan {

DeviceInfo describe(VkPhysicalDevice device);

} // namespace corral::vulkan
