#include "core/backend/vulkan/instance.h"

#include <array>
#include <mutex>

namespace corral::vulkan {

namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

VKAPI_ATTR VkBool32 VKAPI_CALL tell(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT, const VkDebugUtilsMessengerCallbackDataEXT* data, void* options)
{
    static_cast<const InstanceOptions*>(options)->validation(data->pMessage);
    return VK_FALSE;
}

} // namespace

Result<std::shared_ptr<const Instance>> Instance::open(InstanceOptions options)
{
    // volk's functions belong to the process: one thread finds them, once; they serve every instance.
    static std::mutex finding;
    static bool found = false;
    const std::lock_guard lock(finding);
    if (!found && volkInitialize() != VK_SUCCESS) return fail(ErrorCode::Unsupported, "there is no Vulkan loader (libvulkan.so.1) on this machine");
    if (volkGetInstanceVersion() < VK_API_VERSION_1_1) return fail(ErrorCode::Unsupported, "the Vulkan loader of this machine is older than 1.1");

    std::shared_ptr<Instance> instance(new Instance(std::move(options)));
    const bool watched = static_cast<bool>(instance->m_options.validation);
    const VkDebugUtilsMessengerCreateInfoEXT messenger{
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = tell,
        .pUserData = const_cast<InstanceOptions*>(&instance->m_options)};
    // A missing barrier between two dispatches is seen with both of these only (facts/vulkan.md § 1).
    const VkBool32 on = VK_TRUE;
    const std::array settings{VkLayerSettingEXT{kValidationLayer, "validate_sync", VK_LAYER_SETTING_TYPE_BOOL32_EXT, 1, &on},
                              VkLayerSettingEXT{kValidationLayer, "syncval_shader_accesses_heuristic", VK_LAYER_SETTING_TYPE_BOOL32_EXT, 1, &on}};
    const VkLayerSettingsCreateInfoEXT layerSettings{.sType = VK_STRUCTURE_TYPE_LAYER_SETTINGS_CREATE_INFO_EXT, .settingCount = settings.size(), .pSettings = settings.data()};
    const std::array extensions{VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_LAYER_SETTINGS_EXTENSION_NAME};
    const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .pApplicationName = "Corral", .pEngineName = "Corral", .apiVersion = VK_API_VERSION_1_3};
    const VkInstanceCreateInfo create{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                      .pNext = watched ? &layerSettings : nullptr,
                                      .pApplicationInfo = &application,
                                      .enabledLayerCount = watched ? 1u : 0u,
                                      .ppEnabledLayerNames = &kValidationLayer,
                                      .enabledExtensionCount = watched ? static_cast<std::uint32_t>(extensions.size()) : 0u,
                                      .ppEnabledExtensionNames = extensions.data()};
    switch (const VkResult result = vkCreateInstance(&create, nullptr, &instance->m_handle)) {
    case VK_SUCCESS: break;
    case VK_ERROR_INCOMPATIBLE_DRIVER: return fail(ErrorCode::Unsupported, "no graphics driver of this machine speaks Vulkan");
    case VK_ERROR_LAYER_NOT_PRESENT: return fail(ErrorCode::Unsupported, "Vulkan's validation layer is not installed");
    case VK_ERROR_OUT_OF_HOST_MEMORY: return fail(ErrorCode::OutOfMemory, "not enough memory to open Vulkan");
    default: return fail(ErrorCode::Unsupported, "Vulkan could not be opened (VkResult {})", static_cast<int>(result));
    }
    if (!found || watched) volkLoadInstance(instance->m_handle); // a watched one has functions of its own besides
    found = true;
    if (watched) vkCreateDebugUtilsMessengerEXT(instance->m_handle, &messenger, nullptr, &instance->m_messenger);
    return instance;
}

Instance::~Instance()
{
    if (m_messenger) vkDestroyDebugUtilsMessengerEXT(m_handle, m_messenger, nullptr);
    if (m_handle) vkDestroyInstance(m_handle, nullptr);
}

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
