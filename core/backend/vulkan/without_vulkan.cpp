// In place of everything else in this folder, where Vulkan's headers were missing when Corral was built.
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/vulkan_backend.h"

namespace corral::vulkan {

const char* toString(DeviceType) { return "other"; }

namespace {

constexpr const char* kMissing = "this Corral was built without Vulkan";

} // namespace

Result<std::vector<DeviceInfo>> devices() { return fail(ErrorCode::Unsupported, "{}", kMissing); }
Result<std::unique_ptr<backend::Backend>> makeVulkanBackend(const BackendOptions&) { return fail(ErrorCode::Unsupported, "{}", kMissing); }

} // namespace corral::vulkan
