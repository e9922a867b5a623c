#include "core/backend/vulkan/context_matrices.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace corral::vulkan {

namespace {

// On Intel's they are slower than plain shaders, on AMD's own Windows driver asking for them may crash.
bool isKnown(VkPhysicalDevice device)
{
    VkPhysicalDeviceVulkan12Properties has{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceProperties2 properties{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &has};
    vkGetPhysicalDeviceProperties2(device, &properties);
    return has.driverID == VK_DRIVER_ID_NVIDIA_PROPRIETARY || has.driverID == VK_DRIVER_ID_MESA_RADV;
}

bool hasExtension(VkPhysicalDevice device, std::string_view name)
{
    std::uint32_t count = 0;
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr) != VK_SUCCESS) return false;
    std::vector<VkExtensionProperties> all(count);
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, all.data()) < 0) return false;
    return std::ranges::any_of(all, [&](const VkExtensionProperties& e) { return name == e.extensionName; });
}

bool hasFeatures(VkPhysicalDevice device)
{
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR};
    VkPhysicalDeviceVulkan12Features has12{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, .pNext = &matrices};
    VkPhysicalDeviceFeatures2 has{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &has12};
    vkGetPhysicalDeviceFeatures2(device, &has);
    return matrices.cooperativeMatrix && has12.shaderFloat16 && has12.vulkanMemoryModel;
}

bool hasShape(VkPhysicalDevice device)
{
    if (!vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) return false;
    std::uint32_t count = 0;
    if (vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, nullptr) != VK_SUCCESS) return false;
    std::vector<VkCooperativeMatrixPropertiesKHR> all(count, {.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR});
    if (vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, all.data()) < 0) return false;
    return std::ranges::any_of(all, [](const VkCooperativeMatrixPropertiesKHR& m) {
        return m.MSize == 16 && m.NSize == 16 && m.KSize == 16 && m.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && m.BType == VK_COMPONENT_TYPE_FLOAT16_KHR
               && m.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && m.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && m.scope == VK_SCOPE_SUBGROUP_KHR;
    });
}

bool isWished(const char* variable)
{
    const char* wish = std::getenv(variable);
    return wish && std::string_view(wish) == "1";
}

} // namespace

bool takesDots(VkPhysicalDevice device)
{
    if (!isWished("CORRAL_VULKAN_DOTS") || !hasExtension(device, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME)) return false;
    VkPhysicalDeviceShaderIntegerDotProductFeatures dots{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES};
    VkPhysicalDeviceFeatures2 has{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &dots};
    vkGetPhysicalDeviceFeatures2(device, &has);
    return dots.shaderIntegerDotProduct;
}

bool takesMatrices(VkPhysicalDevice device)
{
    return isWished("CORRAL_VULKAN_MATRICES") && isKnown(device) && hasExtension(device, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) && hasFeatures(device) && hasShape(device);
}

} // namespace corral::vulkan
