#pragma once
// Writing the cache and looking into it: shaders/cache_write.comp, attention.comp. Internal to the folder.
#include "core/backend/backend.h"
#include "core/backend/vulkan/commands.h"
#include "core/backend/vulkan/rows.h"

namespace corral::vulkan {

// Largest head an invocation's registers hold the columns of.
inline constexpr std::int64_t kMostValuesOfHead = 512;

// Rows go to consecutive rows of the cache, the first at `cache`.
Result<void> writeCache(Commands& commands, backend::CacheType type, const Rows& x, VkDeviceAddress cache);

struct Attending {
    Rows q, out;
    VkDeviceAddress keys = 0, values = 0, sinks = 0; // of the sequence's position 0; sinks 0: none
    std::int64_t firstPosition = 0;
    backend::CacheType key = backend::CacheType::F16, value = backend::CacheType::F16;
};
Result<void> attend(Commands& commands, const graph::Attention& op, const Attending& a);

// Bytes of a cache row of n values.
std::int64_t cacheRowBytes(backend::CacheType type, std::int64_t n);

} // namespace corral::vulkan
