#include "core/backend/vulkan/device_weights.h"

#include <algorithm>
#include <cstring>

namespace corral::vulkan {

namespace {

constexpr std::uint64_t kStagingBytes = std::uint64_t(16) << 20;
constexpr std::uint64_t kRoomBehind = 16; // shaders read whole words

} // namespace

Result<void> DeviceWeights::reserve(const void* data, std::uint64_t bytes)
{
    if (bytes == 0 || m_buffers.contains(data)) return {};
    if (!m_staging.mapped()) {
        auto staging = Buffer::create(m_context, std::min(kStagingBytes, m_context->largestBuffer()), Where::Upload);
        if (!staging) return std::unexpected(staging.error());
        m_staging = std::move(*staging);
    }
    auto buffer = Buffer::create(m_context, bytes + kRoomBehind, Where::Device);
    if (!buffer) return std::unexpected(buffer.error());
    m_buffers.emplace(data, std::move(*buffer));
    m_waiting.push_back({data, bytes});
    return {};
}

Result<void> DeviceWeights::fill(Commands& commands, const std::stop_token& stop, const std::function<void(std::uint64_t)>& told)
{
    for (const Source& source : m_waiting)
        for (std::uint64_t at = 0; at < source.bytes; at += m_staging.size()) {
            if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "loading was cancelled");
            const std::uint64_t count = std::min(m_staging.size(), source.bytes - at);
            std::memcpy(m_staging.mapped(), static_cast<const std::byte*>(source.data) + at, count);
            if (auto ok = commands.begin(); !ok) return ok;
            commands.copy(m_staging, 0, m_buffers.at(source.data), at, count);
            if (auto ok = commands.submitAndWait(); !ok) return ok;
            if (told) told(count);
        }
    m_waiting = {};
    m_staging = Buffer();
    return {};
}

} // namespace corral::vulkan
