#include "core/backend/vulkan/devices.h"

#include "core/backend/vulkan/physical_device.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace corral::vulkan {

namespace {

DeviceType typeOf(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return DeviceType::Discrete;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return DeviceType::Integrated;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return DeviceType::Virtual;
    case VK_PHYSICAL_DEVICE_TYPE_CPU: return DeviceType::Software;
    default: return DeviceType::Other;
    }
}

std::set<std::string, std::less<>> extensionsOf(VkPhysicalDevice device)
{
    std::uint32_t count = 0;
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr) != VK_SUCCESS) return {};
    std::vector<VkExtensionProperties> all(count);
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, all.data()) < 0) return {};
    std::set<std::string, std::less<>> names;
    for (std::uint32_t i = 0; i < count; ++i) names.insert(all[i].extensionName);
    return names;
}

bool canCompute(VkPhysicalDevice device)
{
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    return std::ranges::any_of(families, [](const VkQueueFamilyProperties& f) { return (f.queueFlags & VK_QUEUE_COMPUTE_BIT) != 0; });
}

// The largest heap of its own; the order of heaps tells nothing, and small windows into large ones exist (facts/vulkan.md § 4).
void readMemory(VkPhysicalDevice device, bool budgetIsTold, DeviceInfo& info)
{
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
    VkPhysicalDeviceMemoryProperties2 memory{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, .pNext = budgetIsTold ? &budget : nullptr};
    vkGetPhysicalDeviceMemoryProperties2(device, &memory);
    const VkPhysicalDeviceMemoryProperties& all = memory.memoryProperties;
    for (std::uint32_t heap = 0; heap < all.memoryHeapCount; ++heap) {
        const bool own = (all.memoryHeaps[heap].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0;
        if (!own || all.memoryHeaps[heap].size <= info.memory) continue;
        info.memory = all.memoryHeaps[heap].size;
        if (budgetIsTold) info.freeMemory = budget.heapBudget[heap] - std::min(budget.heapBudget[heap], budget.heapUsage[heap]);
    }
    info.unified = info.type == DeviceType::Integrated || info.type == DeviceType::Software;
}

std::string whyNot(const DeviceInfo& info, std::uint32_t version, bool computes)
{
    if (info.type == DeviceType::Software) return "a program that stands in for a graphics card: the processor itself is faster";
    if (version < VK_API_VERSION_1_2) return "its driver speaks Vulkan " + info.version + "; 1.2 is needed";
    if (!computes) return "it only draws, it does not compute";
    if (!info.storage16) return "its driver does not let programs read 16-bit numbers from memory";
    if (info.memory == 0) return "it has no memory of its own to offer";
    return {};
}

std::string versionText(std::uint32_t version)
{
    return std::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version), VK_API_VERSION_PATCH(version));
}

// One card behind two drivers is listed twice; the first usable one, in the loader's order, is kept.
void refuseDoubles(std::vector<DeviceInfo>& all)
{
    std::map<std::string, std::string> drivers; // by device
    for (DeviceInfo& info : all) {
        if (!info.unusable.empty() || info.id.empty()) continue;
        const auto [kept, isNew] = drivers.try_emplace(info.id, info.driver);
        if (!isNew) info.unusable = "the same card is used through another driver, " + kept->second;
    }
}

} // namespace

DeviceInfo describe(VkPhysicalDevice device)
{
    const auto extensions = extensionsOf(device);
    VkPhysicalDeviceProperties first;
    vkGetPhysicalDeviceProperties(device, &first);
    const std::uint32_t version = first.apiVersion;
    const bool modern = version >= VK_API_VERSION_1_2; // older ones are only named: what follows may be unknown to them

    VkPhysicalDeviceSubgroupSizeControlProperties sizes{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES};
    VkPhysicalDeviceShaderIntegerDotProductProperties dots{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES};
    VkPhysicalDeviceMaintenance4Properties buffers{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES};
    VkPhysicalDeviceVulkan12Properties twelve{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceVulkan11Properties eleven{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES, .pNext = &twelve};
    VkPhysicalDeviceProperties2 properties{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = modern ? &eleven : nullptr};
    const bool tellsSizes = modern && (version >= VK_API_VERSION_1_3 || extensions.contains(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME));
    const bool tellsDots = modern && (version >= VK_API_VERSION_1_3 || extensions.contains(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME));
    const bool tellsBuffers = modern && (version >= VK_API_VERSION_1_3 || extensions.contains(VK_KHR_MAINTENANCE_4_EXTENSION_NAME));
    void** end = &twelve.pNext;
    if (tellsSizes) *std::exchange(end, &sizes.pNext) = &sizes;
    if (tellsDots) *std::exchange(end, &dots.pNext) = &dots;
    if (tellsBuffers) *std::exchange(end, &buffers.pNext) = &buffers;
    vkGetPhysicalDeviceProperties2(device, &properties);

    VkPhysicalDeviceVulkan12Features twelveCan{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceVulkan11Features elevenCan{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &twelveCan};
    VkPhysicalDeviceFeatures2 features{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = modern ? &elevenCan : nullptr};
    vkGetPhysicalDeviceFeatures2(device, &features);

    DeviceInfo info{.name = first.deviceName, .version = versionText(version), .vendor = first.vendorID, .type = typeOf(first.deviceType)};
    if (modern) {
        for (const std::uint8_t byte : eleven.deviceUUID) info.id += std::format("{:02x}", byte);
        info.driver = std::string(twelve.driverName) + (twelve.driverInfo[0] ? std::string(" ") + twelve.driverInfo : std::string());
        info.subgroup = eleven.subgroupSize;
        info.largestAllocation = buffers.maxBufferSize > 0 ? std::min(eleven.maxMemoryAllocationSize, buffers.maxBufferSize) : eleven.maxMemoryAllocationSize;
    }
    info.largestBinding = first.limits.maxStorageBufferRange;
    info.sharedMemory = first.limits.maxComputeSharedMemorySize;
    info.workgroup = first.limits.maxComputeWorkGroupInvocations;
    info.smallestSubgroup = sizes.minSubgroupSize;
    info.largestSubgroup = sizes.maxSubgroupSize;
    info.storage8 = twelveCan.storageBuffer8BitAccess;
    info.storage16 = elevenCan.storageBuffer16BitAccess;
    info.float16 = twelveCan.shaderFloat16;
    info.int8 = twelveCan.shaderInt8;
    info.integerDot = dots.integerDotProduct4x8BitPackedSignedAccelerated;
    info.cooperativeMatrix = extensions.contains(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    readMemory(device, extensions.contains(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME), info);
    info.unusable = whyNot(info, version, canCompute(device));
    return info;
}

const char* toString(DeviceType type)
{
    switch (type) {
    case DeviceType::Discrete: return "discrete";
    case DeviceType::Integrated: return "integrated";
    case DeviceType::Virtual: return "virtual";
    case DeviceType::Software: return "software";
    case DeviceType::Other: break;
    }
    return "other";
}

Result<std::vector<DeviceInfo>> devices()
{
    const auto instance = Instance::open();
    if (!instance) return std::unexpected(instance.error());
    std::vector<DeviceInfo> all;
    for (const VkPhysicalDevice device : (*instance)->physicalDevices()) all.push_back(describe(device));
    refuseDoubles(all);
    std::ranges::stable_sort(all, [](const DeviceInfo& a, const DeviceInfo& b) {
        if (a.unusable.empty() != b.unusable.empty()) return a.unusable.empty();
        if (a.type != b.type) return a.type < b.type;
        return a.memory > b.memory;
    });
    return all;
}

} // namespace corral::vulkan
