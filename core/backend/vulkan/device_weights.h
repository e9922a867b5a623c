#pragma once
// A graph's weights in the card's memory, found by where they lie in the processor's. Internal to the folder.
#include "core/backend/vulkan/commands.h"

#include <functional>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace corral::vulkan {

class DeviceWeights {
public:
    explicit DeviceWeights(std::shared_ptr<Context> context) : m_context(std::move(context)) {}

    // Room for bytes that have none yet. OutOfMemory: the card is full.
    Result<void> reserve(const void* data, std::uint64_t bytes);
    // Copies there what has room, in pieces that are told; once. Cancelled: stop, between two pieces.
    Result<void> fill(Commands& commands, const std::stop_token& stop, const std::function<void(std::uint64_t)>& told);
    VkDeviceAddress at(const void* data) const { return m_buffers.at(data).address(); }
    VkDeviceAddress atOr0(std::span<const float> values) const { return values.empty() ? 0 : at(values.data()); }

private:
    struct Source {
        const void* data = nullptr;
        std::uint64_t bytes = 0;
    };
    std::shared_ptr<Context> m_context;
    std::unordered_map<const void*, Buffer> m_buffers;
    std::vector<Source> m_waiting; // to be copied, in the order of the graph
    Buffer m_staging;
};

} // namespace corral::vulkan
