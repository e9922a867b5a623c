#pragma once
// What the device shall do, recorded and sent off in one piece. Internal to the folder.
#include "core/backend/vulkan/buffer.h"
#include "core/backend/vulkan/pipelines.h"

#include <type_traits>

namespace corral::vulkan {

class Commands {
public:
    Commands(std::shared_ptr<Context> context, Pipelines& pipelines);
    ~Commands();
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    Result<void> begin();
    // Groups x × y × z of a shader with these constants and push constants. Nothing, if there are no groups.
    template <class Push>
    Result<void> dispatch(std::string_view shader, std::span<const std::uint32_t> constants, const Push& push, std::uint32_t x, std::uint32_t y = 1, std::uint32_t z = 1)
    {
        static_assert(std::is_trivially_copyable_v<Push> && sizeof(Push) <= kPushBytes && sizeof(Push) % 4 == 0);
        return dispatchRaw(shader, constants, &push, sizeof push, x, y, z);
    }
    void copy(const Buffer& from, std::uint64_t fromByte, const Buffer& to, std::uint64_t toByte, std::uint64_t bytes);
    void barrier(); // what comes sees what was written
    // Waits until all of it is done. Device, here and in begin(): the card is lost.
    Result<void> submitAndWait();

private:
    Result<void> refused(VkResult result); // a lost card's error
    Result<void> dispatchRaw(std::string_view shader, std::span<const std::uint32_t> constants, const void* push, std::uint32_t bytes, std::uint32_t x, std::uint32_t y, std::uint32_t z);

    std::shared_ptr<Context> m_context;
    Pipelines& m_pipelines;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    VkCommandBuffer m_buffer = VK_NULL_HANDLE;
    VkFence m_fence = VK_NULL_HANDLE;
};

} // namespace corral::vulkan
