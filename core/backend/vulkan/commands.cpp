#include "core/backend/vulkan/commands.h"

namespace corral::vulkan {

namespace {

constexpr std::uint64_t kForever = ~std::uint64_t(0);

} // namespace

Commands::Commands(std::shared_ptr<Context> context, Pipelines& pipelines) : m_context(std::move(context)), m_pipelines(pipelines) {}

Commands::~Commands()
{
    m_context->vk().vkDestroyFence(m_context->device(), m_fence, nullptr);
    m_context->vk().vkDestroyCommandPool(m_context->device(), m_pool, nullptr);
}

Result<void> Commands::refused(VkResult result)
{
    m_context->lose();
    return std::unexpected(Context::lossError(result));
}

Result<void> Commands::begin()
{
    if (m_context->lost()) return std::unexpected(Context::lossError(VK_ERROR_DEVICE_LOST));
    const VolkDeviceTable& vk = m_context->vk();
    if (!m_pool) {
        const VkCommandPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, .queueFamilyIndex = m_context->queueFamily()};
        if (vk.vkCreateCommandPool(m_context->device(), &pool, nullptr, &m_pool) != VK_SUCCESS) return fail(ErrorCode::OutOfMemory, "no memory for commands");
        const VkCommandBufferAllocateInfo one{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, .commandPool = m_pool, .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY, .commandBufferCount = 1};
        const VkFenceCreateInfo fence{.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
        if (vk.vkAllocateCommandBuffers(m_context->device(), &one, &m_buffer) != VK_SUCCESS || vk.vkCreateFence(m_context->device(), &fence, nullptr, &m_fence) != VK_SUCCESS)
            return fail(ErrorCode::OutOfMemory, "no memory for commands");
    }
    vk.vkResetCommandPool(m_context->device(), m_pool, 0);
    const VkCommandBufferBeginInfo once{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    if (const VkResult result = vk.vkBeginCommandBuffer(m_buffer, &once); result != VK_SUCCESS) return refused(result);
    barrier(); // what was sent off before is done, but that its writes are seen here takes more than a fence
    return {};
}

Result<void> Commands::dispatchRaw(std::string_view shader, std::span<const std::uint32_t> constants, const void* push, std::uint32_t bytes, std::uint32_t x, std::uint32_t y,
                                   std::uint32_t z)
{
    if (x == 0 || y == 0 || z == 0) return {};
    const auto pipeline = m_pipelines.get(shader, constants);
    if (!pipeline) return std::unexpected(pipeline.error());
    m_context->vk().vkCmdBindPipeline(m_buffer, VK_PIPELINE_BIND_POINT_COMPUTE, *pipeline);
    m_context->vk().vkCmdPushConstants(m_buffer, m_pipelines.layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0, bytes, push);
    m_context->vk().vkCmdDispatch(m_buffer, x, y, z);
    return {};
}

void Commands::copy(const Buffer& from, std::uint64_t fromByte, const Buffer& to, std::uint64_t toByte, std::uint64_t bytes)
{
    const VkBufferCopy region{fromByte, toByte, bytes};
    m_context->vk().vkCmdCopyBuffer(m_buffer, from.handle(), to.handle(), 1, &region);
}

void Commands::barrier()
{
    constexpr VkPipelineStageFlags kStages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
    const VkMemoryBarrier all{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                              .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
                              .dstAccessMask = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT};
    m_context->vk().vkCmdPipelineBarrier(m_buffer, kStages, kStages, 0, 1, &all, 0, nullptr, 0, nullptr);
}

Result<void> Commands::submitAndWait()
{
    const VolkDeviceTable& vk = m_context->vk();
    // What was written is then seen by the processor.
    const VkMemoryBarrier host{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER, .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT, .dstAccessMask = VK_ACCESS_HOST_READ_BIT};
    vk.vkCmdPipelineBarrier(m_buffer, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &host, 0, nullptr, 0, nullptr);
    if (const VkResult result = vk.vkEndCommandBuffer(m_buffer); result != VK_SUCCESS) return refused(result);
    if (!m_context->answers()) return refused(VK_ERROR_DEVICE_LOST);
    const VkSubmitInfo submit{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .commandBufferCount = 1, .pCommandBuffers = &m_buffer};
    if (const VkResult result = vk.vkQueueSubmit(m_context->queue(), 1, &submit, m_fence); result != VK_SUCCESS) return refused(result);
    const VkResult result = vk.vkWaitForFences(m_context->device(), 1, &m_fence, VK_TRUE, kForever);
    if (result != VK_SUCCESS) return refused(result);
    vk.vkResetFences(m_context->device(), 1, &m_fence);
    return {};
}

} // namespace corral::vulkan
