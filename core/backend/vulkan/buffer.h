#pragma once
// Device memory with an address that shaders can be given. Internal to the folder.
#include "core/backend/vulkan/context.h"

namespace corral::vulkan {

enum class Where {
    Device, // as fast as it gets; the processor may not see it
    Upload, // written by the processor, one after the other
    Read,   // read by the processor (cached)
};

class Buffer {
public:
    // OutOfMemory: with the bytes that were asked for, which are more than the card has left, or than it gives in one piece.
    static Result<Buffer> create(std::shared_ptr<Context> context, std::uint64_t bytes, Where where);
    Buffer() = default;
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept
    {
        swap(other);
        return *this;
    }
    ~Buffer();

    VkBuffer handle() const { return m_handle; }
    VkDeviceAddress address() const { return m_address; }
    std::uint64_t size() const { return m_bytes; }
    std::byte* mapped() const { return m_mapped; } // null: the processor does not see it

private:
    void swap(Buffer& other) noexcept;

    std::shared_ptr<Context> m_context;
    VkBuffer m_handle = VK_NULL_HANDLE;
    VmaAllocation m_allocation = nullptr;
    VkDeviceAddress m_address = 0;
    std::uint64_t m_bytes = 0;
    std::byte* m_mapped = nullptr;
    bool m_own = false; // counted as the card's
};

} // namespace corral::vulkan
