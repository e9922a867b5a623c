#include "core/backend/vulkan/buffer.h"

#include <utility>

namespace corral::vulkan {

Result<Buffer> Buffer::create(std::shared_ptr<Context> context, std::uint64_t bytes, Where where)
{
    if (bytes > context->largestBuffer()) return fail(ErrorCode::OutOfMemory, "the graphics card gives {} bytes in one piece, not {}", context->largestBuffer(), bytes);
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .size = bytes,
                                  .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT
                                           | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                  .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    VmaAllocationCreateInfo memory{.usage = where == Where::Device ? VMA_MEMORY_USAGE_AUTO_PREFER_DEVICE : VMA_MEMORY_USAGE_AUTO_PREFER_HOST};
    if (where == Where::Upload) memory.flags = VMA_ALLOCATION_CREATE_HOST_ACCESS_SEQUENTIAL_WRITE_BIT | VMA_ALLOCATION_CREATE_MAPPED_BIT;
    if (where == Where::Read) memory.flags = VMA_ALLOCATION_CREATE_HOST_ACCESS_RANDOM_BIT | VMA_ALLOCATION_CREATE_MAPPED_BIT;
    if (where != Where::Device) memory.requiredFlags = VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;

    Buffer buffer;
    VmaAllocationInfo got;
    const bool own = where == Where::Device;
    VkResult result = own && !context->take(bytes) ? VK_ERROR_OUT_OF_DEVICE_MEMORY : VK_SUCCESS;
    if (result == VK_SUCCESS) {
        result = vmaCreateBuffer(context->allocator(), &info, &memory, &buffer.m_handle, &buffer.m_allocation, &got);
        if (result != VK_SUCCESS && own) context->giveBack(bytes);
    }
    if (result == VK_ERROR_DEVICE_LOST) context->lose();
    if (result != VK_SUCCESS && context->lost()) return std::unexpected(Context::lossError(VK_ERROR_DEVICE_LOST));
    if (result != VK_SUCCESS) return fail(ErrorCode::OutOfMemory, "the graphics card has no {} bytes left (VkResult {})", bytes, static_cast<int>(result));
    const VkBufferDeviceAddressInfo asked{.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO, .buffer = buffer.m_handle};
    buffer.m_address = context->vk().vkGetBufferDeviceAddress(context->device(), &asked);
    buffer.m_context = std::move(context);
    buffer.m_bytes = bytes;
    buffer.m_own = own;
    buffer.m_mapped = static_cast<std::byte*>(got.pMappedData);
    return buffer;
}

Buffer::~Buffer()
{
    if (!m_context) return;
    vmaDestroyBuffer(m_context->allocator(), m_handle, m_allocation);
    if (m_own) m_context->giveBack(m_bytes);
}

void Buffer::swap(Buffer& other) noexcept
{
    std::swap(m_context, other.m_context);
    std::swap(m_handle, other.m_handle);
    std::swap(m_allocation, other.m_allocation);
    std::swap(m_address, other.m_address);
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_own, other.m_own);
    std::swap(m_mapped, other.m_mapped);
}

} // namespace corral::vulkan
