#pragma once
// The system's Vulkan, opened at run time: Corral starts and works without it. Internal to the folder; devices.h is its face.
#include "core/base/error.h"

#include <functional>
#include <memory>
#include <vector>

#include <volk.h>

namespace corral::vulkan {

struct InstanceOptions {
    std::function<void(const char* message)> validation; // given: the Khronos layer watches, and what it says comes here, on any thread
};

class Instance {
public:
    // Unsupported: no loader on this machine, no driver behind it, or one older than Vulkan 1.1: the message says which.
    // volk keeps the functions it found for the whole process; opening twice is harmless.
    static Result<std::shared_ptr<const Instance>> open(InstanceOptions options = {});
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    VkInstance handle() const { return m_handle; }
    std::vector<VkPhysicalDevice> physicalDevices() const;

private:
    explicit Instance(InstanceOptions options) : m_options(std::move(options)) {}
    const InstanceOptions m_options;
    VkInstance m_handle = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
};

} // namespace corral::vulkan
