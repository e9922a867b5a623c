#pragma once
// Writing the cache and looking into it: shaders/cache_write.comp, attention.comp, attention_reduce.comp. Internal to the folder.
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
    VkDeviceAddress pieces = 0;                      // pieceBytes()
    std::int64_t firstPosition = 0;
    backend::CacheType key = backend::CacheType::F16, value = backend::CacheType::F16;
};

// How the work is shared out. The default suits cards; a software device wants little of it, or it compiles for seconds.
struct AttentionTuning {
    std::int64_t rows = 8;       // queries times heads of a workgroup, a power of two, at most 16
    std::int64_t groups = 128;   // workgroups a dispatch should have: the context is cut into pieces until there are
    std::int64_t pieceKeys = 256; // of a piece, at least
    static AttentionTuning of(const Limits& limits);
};
// Scratch for what pieces of the context leave.
std::uint64_t pieceBytes(const AttentionTuning& tuning, const graph::Attention& op);
Result<void> attend(Commands& commands, const AttentionTuning& tuning, const graph::Attention& op, const Attending& a);

// Bytes of a cache row of n values.
std::int64_t cacheRowBytes(backend::CacheType type, std::int64_t n);

} // namespace corral::vulkan
