#pragma once
// A graph's weights in the card's memory, found by where they lie in the processor's. Internal to the folder.
#include "core/backend/vulkan/commands.h"

#include <unordered_map>

namespace corral::vulkan {

class DeviceWeights {
public:
    explicit DeviceWeights(std::shared_ptr<Context> context) : m_context(std::move(context)) {}

    // Copies bytes that are not there yet. OutOfMemory: the card is full.
    Result<void> add(const void* data, std::uint64_t bytes, Commands& commands);
    VkDeviceAddress at(const void* data) const { return m_buffers.at(data).address(); }
    VkDeviceAddress atOr0(std::span<const float> values) const { return values.empty() ? 0 : at(values.data()); }
    std::uint64_t bytes() const { return m_bytes; }

private:
    std::shared_ptr<Context> m_context;
    std::unordered_map<const void*, Buffer> m_buffers;
    Buffer m_staging;
    std::uint64_t m_bytes = 0;
};

} // namespace corral::vulkan
