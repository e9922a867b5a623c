#include "core/backend/vulkan/context_matrices.h"

#include <algorithm>
#include <cstdlib>
#include <ranges>
#include <string_view>
#include <vector>

namespace corral::vulkan {

namespace {

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
    return matrices.cooperativeMatrix && has12.shaderFloat16 && has12.vulkanMemoryModel && has12.vulkanMemoryModelDeviceScope;
}

// Tiles of mul_mat_cm: 64 rows and tokens, of which each of four subgroups takes 16 rows, and 32 values.
bool fits(const VkCooperativeMatrixPropertiesKHR& m)
{
    return m.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && m.BType == VK_COMPONENT_TYPE_FLOAT16_KHR && m.CType == VK_COMPONENT_TYPE_FLOAT32_KHR
           && m.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && m.scope == VK_SCOPE_SUBGROUP_KHR && 16 % m.MSize == 0 && 64 % m.NSize == 0 && 32 % m.KSize == 0;
}

MatrixShape bestShape(VkPhysicalDevice device)
{
    if (!vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) return {};
    std::uint32_t count = 0;
    if (vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, nullptr) != VK_SUCCESS) return {};
    std::vector<VkCooperativeMatrixPropertiesKHR> all(count, {.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR});
    if (vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, all.data()) < 0) return {};
    MatrixShape first;
    for (const VkCooperativeMatrixPropertiesKHR& m : all | std::views::filter(fits)) {
        const MatrixShape shape{m.MSize, m.NSize, m.KSize};
        if (shape == MatrixShape{16, 16, 16}) return shape;
        if (first.m == 0) first = shape;
    }
    return first;
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

MatrixShape matrixShape(VkPhysicalDevice device)
{
    if (!isWished("CORRAL_VULKAN_MATRICES") || !hasExtension(device, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) || !hasFeatures(device)) return {};
    return bestShape(device);
}

} // namespace corral::vulkan
