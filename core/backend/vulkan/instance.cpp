#include "core/backend/vulkan/instance.h"

namespace corral::vulkan {

Result<std::shared_ptr<const Instance>> Instance::open()
{
    if (volkInitialize() != VK_SUCCESS) return fail(ErrorCode::Unsupported, "there is no Vulkan loader (libvulkan.so.1) on this machine");
    if (volkGetInstanceVersion() < VK_API_VERSION_1_1) return fail(ErrorCode::Unsupported, "the Vulkan loader of this machine is older than 1.1");

    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .pApplicationName = "Corral", .pEngineName = "Corral", .apiVersion = VK_API_VERSION_1_3};
    const VkInstanceCreateInfo create{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &application};
    VkInstance handle = VK_NULL_HANDLE;
    switch (const VkResult result = vkCreateInstance(&create, nullptr, &handle)) {
    case VK_SUCCESS: break;
    case VK_ERROR_INCOMPATIBLE_DRIVER: return fail(ErrorCode::Unsupported, "no graphics driver of this machine speaks Vulkan");
    case VK_ERROR_OUT_OF_HOST_MEMORY: return fail(ErrorCode::OutOfMemory, "not enough memory to open Vulkan");
    default: return fail(ErrorCode::Unsupported, "Vulkan could not be opened (VkResult {})", static_cast<int>(result));
    }
    volkLoadInstance(handle);
    return std::shared_ptr<const Instance>(new Instance(handle));
}

Instance::~Instance() { vkDestroyInstance(m_handle, nullptr); }

std::vector<VkPhysicalDevice> Instance::physicalDevices() const
{
    std::uint32_t count = 0;
    if (vkEnumeratePhysicalDevices(m_handle, &count, nullptr) != VK_SUCCESS) return {};
    std::vector<VkPhysicalDevice> all(count);
    const VkResult result = vkEnumeratePhysicalDevices(m_handle, &count, all.data());
    if (result != VK_SUCCESS && result != VK_INCOMPLETE) return {};
    all.resize(count);
    return all;
}

} // namespace corral::vulkan
