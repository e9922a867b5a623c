#include "core/backend/vulkan/ops/attention.h"

#include <array>
#include <cassert>

namespace corral::vulkan {

namespace {

constexpr std::uint32_t kInvocations = 64;
std::uint32_t narrow(std::int64_t n) { return static_cast<std::uint32_t>(n); }
constexpr std::int64_t kBlock = 32, kBlockBytes = 34; // Q8_0

} // namespace

std::int64_t cacheRowBytes(backend::CacheType type, std::int64_t n)
{
    switch (type) {
    case backend::CacheType::F16: return 2 * n;
    case backend::CacheType::F32: return 4 * n;
    case backend::CacheType::Q8_0: return n / kBlock * kBlockBytes;
    }
    return 0;
}

Result<void> writeCache(Commands& commands, backend::CacheType type, const Rows& x, VkDeviceAddress cache)
{
    struct Push {
        VkDeviceAddress x, cache;
        std::uint32_t xStride, rowBytes, width, unused = 0;
    };
    const std::int64_t width = type == backend::CacheType::Q8_0 ? x.width / kBlock : x.width;
    const Push push{x.data, cache, narrow(x.stride), narrow(cacheRowBytes(type, x.width)), narrow(width)};
    return commands.dispatch("cache_write", std::array{kInvocations, std::uint32_t(type)}, push, narrow((width + kInvocations - 1) / kInvocations), narrow(x.count));
}

Result<void> attend(Commands& commands, const graph::Attention& op, const Attending& a)
{
    assert(op.valueSize <= kMostValuesOfHead);
    struct Push {
        VkDeviceAddress q, keys, values, out, sinks;
        std::uint32_t qStride, outStride, keyRowBytes, valueRowBytes, headsPerKv, keySize, valueSize, firstPosition, window;
        float scale, softCap;
        std::uint32_t unused = 0;
    };
    const Push push{a.q.data, a.keys, a.values, a.out.data, a.sinks, narrow(a.q.stride), narrow(a.out.stride), narrow(cacheRowBytes(a.key, op.kvHeads * op.keySize)),
                    narrow(cacheRowBytes(a.value, op.kvHeads * op.valueSize)), narrow(op.heads / op.kvHeads), narrow(op.keySize), narrow(op.valueSize), narrow(a.firstPosition),
                    narrow(op.window), op.scale, op.softCap};
    return commands.dispatch("attention", std::array{kInvocations, std::uint32_t(a.key), std::uint32_t(a.value)}, push, narrow(op.heads), narrow(a.q.count));
}

} // namespace corral::vulkan
