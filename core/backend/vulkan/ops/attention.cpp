#include "core/backend/vulkan/ops/attention.h"

#include <algorithm>
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

AttentionTuning AttentionTuning::of(const Limits& limits) { return limits.software ? AttentionTuning{.rows = 4, .groups = 8} : AttentionTuning(); }

// Rows of all workgroups of a dispatch with pieces, times the pieces: fewer than `groups` workgroups, each of `rows`.
std::uint64_t pieceBytes(const AttentionTuning& tuning, const graph::Attention& op)
{
    return static_cast<std::uint64_t>(tuning.groups * tuning.rows * (op.valueSize + 2)) * sizeof(float);
}

Result<void> attend(Commands& commands, const AttentionTuning& tuning, const graph::Attention& op, const Attending& a)
{
    assert(op.valueSize <= kMostValuesOfHead);
    const std::int64_t queries = a.q.count, headsPerKv = op.heads / op.kvHeads;
    if (queries == 0) return {};
    std::int64_t rows = 1;
    while (rows < tuning.rows && rows < queries * headsPerKv) rows *= 2;
    const std::int64_t tiles = (queries * headsPerKv + rows - 1) / rows, tilesOfAll = tiles * op.kvHeads;
    const std::int64_t end = a.firstPosition + queries, begin = op.window > 0 ? std::max<std::int64_t>(0, a.firstPosition + 1 - op.window) : 0;
    const std::int64_t wanted = std::clamp<std::int64_t>((end - begin) / tuning.pieceKeys, 1, std::max<std::int64_t>(1, tuning.groups / tilesOfAll));
    const std::int64_t pieceKeys = ((end - begin + wanted - 1) / wanted + kInvocations - 1) / kInvocations * kInvocations, pieces = (end - begin + pieceKeys - 1) / pieceKeys;

    struct Push {
        VkDeviceAddress q, keys, values, out, sinks, pieces;
        std::uint32_t qStride, outStride, keyRowBytes, valueRowBytes, headsPerKv, keySize, valueSize, queries, firstPosition, window, pieceBegin, pieceKeys;
        float scale, softCap;
    };
    const Push push{a.q.data, a.keys, a.values, a.out.data, a.sinks, a.pieces, narrow(a.q.stride), narrow(a.out.stride), narrow(cacheRowBytes(a.key, op.kvHeads * op.keySize)),
                    narrow(cacheRowBytes(a.value, op.kvHeads * op.valueSize)), narrow(headsPerKv), narrow(op.keySize), narrow(op.valueSize), narrow(queries), narrow(a.firstPosition),
                    narrow(op.window), narrow(begin), narrow(pieceKeys), op.scale, op.softCap};
    const std::array constants{kInvocations, std::uint32_t(a.key), std::uint32_t(a.value), narrow(rows), narrow((op.valueSize + kInvocations - 1) / kInvocations)};
    if (auto ok = commands.dispatch("attention", constants, push, narrow(op.kvHeads), narrow(tiles), narrow(pieces)); !ok || pieces == 1) return ok;
    commands.barrier();
    struct ReducePush {
        VkDeviceAddress pieces, out, sinks;
        std::uint32_t outStride, valueSize, count, unused = 0;
    };
    const ReducePush reduce{a.pieces, a.out.data, a.sinks, narrow(a.out.stride), narrow(op.valueSize), narrow(pieces)};
    return commands.dispatch("attention_reduce", std::array{kInvocations}, reduce, narrow(op.heads), narrow(queries));
}

} // namespace corral::vulkan
