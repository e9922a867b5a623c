#pragma once
// A graph's weights in the card's memory, found by where they lie in the processor's. Internal to the folder.
#include "core/backend/vulkan/commands.h"

#include <functional>
#include <stop_token>
#include <unordered_map>

namespace corral::vulkan {

class DeviceWeights {
public:
    explicit DeviceWeights(std::shared_ptr<Context> context) : m_context(std::move(context)) {}

    // Copies bytes that are not there yet, in pieces that are told. OutOfMemory: the card is full; Cancelled: stop, between two pieces.
    Result<void> add(const void* data, std::uint64_t bytes, Commands& commands, const std::stop_token& stop = {}, const std::function<void(std::uint64_t)>& told = {});
    VkDeviceAddress at(const void* data) const { return m_buffers.at(data).address(); }
    VkDeviceAddress atOr0(std::span<const float> values) const { return values.empty() ? 0 : at(values.data()); }
    std::uint64_t bytes() const { return m_bytes; }
    void endUpload() { m_staging = Buffer(); }

private:
    std::shared_ptr<Context> m_context;
    std::unordered_map<const void*, Buffer> m_buffers;
    Buffer m_staging;
    std::uint64_t m_bytes = 0;
};

} // namespace corral::vulkan
