// In place of everything else in this folder, where Vulkan's headers were missing when Corral was built.
#include "core/backend/vulkan/devices.h"

namespace corral::vulkan {

const char* toString(DeviceType) { return "other"; }

Result<std::vector<DeviceInfo>> devices() { return fail(ErrorCode::Unsupported, "this Corral was built without Vulkan"); }

} // namespace corral::vulkan
