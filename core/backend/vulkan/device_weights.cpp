#include "core/backend/vulkan/device_weights.h"

#include <algorithm>
#include <cstring>

namespace corral::vulkan {

namespace {

constexpr std::uint64_t kStagingBytes = std::uint64_t(16) << 20;
constexpr std::uint64_t kRoomBehind = 16; // shaders read whole words

} // namespace

Result<void> DeviceWeights::add(const void* data, std::uint64_t bytes, Commands& commands, const std::stop_token& stop, const std::function<void(std::uint64_t)>& told)
{
    if (bytes == 0 || m_buffers.contains(data)) return {};
    auto buffer = Buffer::create(m_context, bytes + kRoomBehind, Where::Device);
    if (!buffer) return std::unexpected(buffer.error());
    if (!m_staging.mapped()) {
        auto staging = Buffer::create(m_context, kStagingBytes, Where::Upload);
        if (!staging) return std::unexpected(staging.error());
        m_staging = std::move(*staging);
    }
    for (std::uint64_t at = 0; at < bytes; at += kStagingBytes) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "loading was cancelled");
        const std::uint64_t count = std::min(kStagingBytes, bytes - at);
        std::memcpy(m_staging.mapped(), static_cast<const std::byte*>(data) + at, count);
        if (auto ok = commands.begin(); !ok) return ok;
        commands.copy(m_staging, 0, *buffer, at, count);
        if (auto ok = commands.submitAndWait(); !ok) return ok;
        if (told) told(count);
    }
    m_buffers.emplace(data, std::move(*buffer));
    m_bytes += bytes;
    return {};
}

} // namespace corral::vulkan
