#pragma once
// One device, opened for computing: its queue, memory and pipelines. Shaders are given addresses of buffers (bufferDeviceAddress) in their push constants, so there
// are no descriptors, and no limit on what one of them may span. Internal to the folder. One thread at a time.
#include "core/backend/vulkan/instance.h"
#include "core/backend/vulkan/vulkan_backend.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <vk_mem_alloc.h>

namespace corral::vulkan {

struct OpenOptions {
    std::string id;        // of DeviceInfo; empty: the first usable one
    bool software = false; // a software device may be taken: for tests
    Testing testing = {};
};

// Matrices that a subgroup holds together: m × k times k × n; 0: not used.
struct MatrixShape {
    std::uint32_t m = 0, n = 0, k = 0;
    bool operator==(const MatrixShape&) const = default;
};

// What a shader's tuning looks at.
struct Limits {
    std::uint32_t subgroup = 0, workgroup = 0, sharedMemory = 0;
    bool float16 = false, int8 = false, integerDot = false;
    bool software = false; // the processor plays the card
    MatrixShape matrices; // context_matrices.h
    bool dots = false;    // likewise
};

class Context : public std::enable_shared_from_this<Context> {
public:
    // NotFound: no such device; Unsupported: it lacks what shaders need, or there is no Vulkan.
    static Result<std::shared_ptr<Context>> open(const OpenOptions& options = {});
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    VkDevice device() const { return m_device; }
    const VolkDeviceTable& vk() const { return m_vk; }
    VmaAllocator allocator() const { return m_allocator; }
    VkQueue queue() const { return m_queue; }
    std::uint32_t queueFamily() const { return m_family; }
    const Limits& limits() const { return m_limits; }
    const VkPhysicalDeviceProperties& properties() const { return m_properties; }
    const std::string& id() const { return m_id; } // of DeviceInfo

    // The card does not answer any more: nothing more is asked of it.
    bool lost() const { return m_lost; }
    void lose() { m_lost = true; }
    static Error lossError(VkResult result); // Device
    bool answers() const { return !m_testing.answers || m_testing.answers(); }
    std::uint64_t largestBuffer() const { return m_largest; }
    // Device memory, given and taken back; false: the card is full.
    bool take(std::uint64_t bytes)
    {
        if (bytes > m_testing.memory - m_taken) return false;
        m_taken += bytes;
        return true;
    }
    void giveBack(std::uint64_t bytes) { m_taken -= bytes; }
    std::uint64_t taken() const { return m_taken; }

private:
    Context() = default;
    Result<void> create(VkPhysicalDevice physical);

    std::shared_ptr<const Instance> m_instance;
    VkDevice m_device = VK_NULL_HANDLE;
    VolkDeviceTable m_vk{};
    VmaAllocator m_allocator = nullptr;
    VkQueue m_queue = VK_NULL_HANDLE;
    std::uint32_t m_family = 0;
    Limits m_limits;
    VkPhysicalDeviceProperties m_properties{};
    std::string m_id;
    std::uint64_t m_largest = 0;
    bool m_lost = false;
    Testing m_testing;
    std::uint64_t m_taken = 0;
};

} // namespace corral::vulkan
