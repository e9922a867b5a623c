#include "core/backend/vulkan/context.h"

#include "core/backend/vulkan/context_matrices.h"
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/physical_device.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace corral::vulkan {

namespace {

// A family that computes; one that only computes is preferred: it does not share its turns with what is drawn.
std::optional<std::uint32_t> computeFamily(VkPhysicalDevice device)
{
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < count; ++i) {
        if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0) continue;
        const bool only = (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT) == 0;
        if (!found || only) found = i;
        if (only) break;
    }
    return found;
}

} // namespace

Result<std::shared_ptr<Context>> Context::open(const OpenOptions& options)
{
    auto instance = Instance::open({.validation = options.testing.validation});
    if (!instance) return std::unexpected(instance.error());
    std::optional<VkPhysicalDevice> chosen;
    DeviceInfo chosenInfo;
    for (const VkPhysicalDevice physical : (*instance)->physicalDevices()) {
        DeviceInfo info = describe(physical);
        const bool fits = options.id.empty() ? info.unusable.empty() || (options.software && info.type == DeviceType::Software) : info.id == options.id;
        if (!fits || (chosen && chosenInfo.type <= info.type)) continue;
        chosen = physical;
        chosenInfo = std::move(info);
    }
    if (!chosen) return fail(ErrorCode::NotFound, "{}", options.id.empty() ? "no graphics card of this machine can compute" : "there is no graphics card with the id " + options.id);
    std::shared_ptr<Context> context(new Context());
    context->m_instance = std::move(*instance);
    context->m_limits = {chosenInfo.subgroup, chosenInfo.workgroup, chosenInfo.sharedMemory, chosenInfo.float16, chosenInfo.int8, chosenInfo.integerDot, chosenInfo.type == DeviceType::Software};
    context->m_testing = options.testing;
    context->m_id = chosenInfo.id;
    context->m_largest = options.testing.largest;
    if (chosenInfo.largestAllocation > 0) context->m_largest = std::min(context->m_largest, chosenInfo.largestAllocation);
    vkGetPhysicalDeviceProperties(*chosen, &context->m_properties);
    if (auto ok = context->create(*chosen); !ok) return within(chosenInfo.name, ok.error());
    return context;
}

Error Context::lossError(VkResult result)
{
    return {ErrorCode::Device, std::format("the graphics card stopped answering (VkResult {})", static_cast<int>(result))};
}

Result<void> Context::create(VkPhysicalDevice physical)
{
    const auto family = computeFamily(physical);
    if (!family) return fail(ErrorCode::Unsupported, "it does not compute");
    m_family = *family;

    VkPhysicalDeviceVulkan12Features has12{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceVulkan11Features has11{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &has12};
    VkPhysicalDeviceFeatures2 has{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &has11};
    vkGetPhysicalDeviceFeatures2(physical, &has);
    if (!has12.bufferDeviceAddress || !has11.storageBuffer16BitAccess || !has12.storageBuffer8BitAccess || !has12.scalarBlockLayout || !has.features.shaderInt64
        || !has.features.shaderInt16 || !has12.shaderInt8)
        return fail(ErrorCode::Unsupported, "its driver lacks addresses, or bytes and halves in memory, for shaders");

    VkPhysicalDeviceVulkan12Features want12{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    want12.storageBuffer8BitAccess = want12.shaderInt8 = want12.scalarBlockLayout = want12.bufferDeviceAddress = want12.timelineSemaphore = VK_TRUE;
    want12.shaderFloat16 = has12.shaderFloat16;
    VkPhysicalDeviceVulkan11Features want11{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &want12};
    want11.storageBuffer16BitAccess = VK_TRUE;
    VkPhysicalDeviceFeatures2 want{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &want11};
    want.features.shaderInt64 = want.features.shaderInt16 = VK_TRUE;

    m_limits.matrices = matrixShape(physical);
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR, .cooperativeMatrix = VK_TRUE};
    std::vector<const char*> extensions;
    if (m_limits.matrices.m != 0) {
        want12.vulkanMemoryModel = want12.vulkanMemoryModelDeviceScope = VK_TRUE; // atomics of other shaders reach the whole card
        want12.pNext = &matrices;
        extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    }
    m_limits.dots = takesDots(physical);
    VkPhysicalDeviceShaderIntegerDotProductFeatures dots{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES, .pNext = want12.pNext, .shaderIntegerDotProduct = VK_TRUE};
    if (m_limits.dots) {
        want12.pNext = &dots;
        extensions.push_back(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME);
    }

    const float priority = 1;
    const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueFamilyIndex = m_family, .queueCount = 1, .pQueuePriorities = &priority};
    const VkDeviceCreateInfo create{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &want, .queueCreateInfoCount = 1, .pQueueCreateInfos = &queue,
                                    .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()), .ppEnabledExtensionNames = extensions.data()};
    if (const VkResult result = vkCreateDevice(physical, &create, nullptr, &m_device); result != VK_SUCCESS)
        return fail(ErrorCode::Unsupported, "it could not be opened (VkResult {})", static_cast<int>(result));
    volkLoadDeviceTable(&m_vk, m_device);
    m_vk.vkGetDeviceQueue(m_device, m_family, 0, &m_queue);

    const VmaVulkanFunctions functions{.vkGetInstanceProcAddr = vkGetInstanceProcAddr, .vkGetDeviceProcAddr = vkGetDeviceProcAddr};
    const VmaAllocatorCreateInfo memory{.flags = VMA_ALLOCATOR_CREATE_BUFFER_DEVICE_ADDRESS_BIT, .physicalDevice = physical, .device = m_device,
                                        .pVulkanFunctions = &functions, .instance = m_instance->handle(), .vulkanApiVersion = VK_API_VERSION_1_2};
    if (vmaCreateAllocator(&memory, &m_allocator) != VK_SUCCESS) return fail(ErrorCode::OutOfMemory, "its memory could not be opened");
    return {};
}

Context::~Context()
{
    if (m_allocator) vmaDestroyAllocator(m_allocator);
    if (m_device) m_vk.vkDestroyDevice(m_device, nullptr);
}

} // namespace corral::vulkan
