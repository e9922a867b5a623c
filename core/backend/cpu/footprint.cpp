#include "core/backend/cpu/footprint.h"

#include "core/backend/cpu/attention_shape.h"
#include "core/backend/cpu/kernels/matmul.h"

#include <algorithm>
#include <set>
#include <array>

namespace corral::cpu {

namespace {

// Q8_0 blocks hold 32 values; a head must be a whole number of them, so that its dot product begins and ends with a block.
constexpr std::int64_t kQ8Block = 32;

} // namespace

Result<CacheLayout> planCache(const graph::Graph& graph, const backend::Capacity& capacity)
{
    for (const graph::CacheRow& row : graph.cache) {
        if ((capacity.key == backend::CacheType::Q8_0 && row.headKey % kQ8Block != 0) ||
            (capacity.value == backend::CacheType::Q8_0 && row.headValue % kQ8Block != 0))
            return fail(ErrorCode::Unsupported, "a q8_0 cache needs heads of a multiple of {} values, this model has {} and {}; use f16", kQ8Block, row.headKey,
                        row.headValue);
    }
    const auto align = [](std::uint64_t bytes) { return (bytes + 63) / 64 * 64; };
    const auto context = static_cast<std::uint64_t>(capacity.context);
    const std::uint64_t perToken = backend::cacheBytesPerToken(graph, capacity.key, capacity.value);
    constexpr std::uint64_t kMost = std::uint64_t(1) << 60;
    const auto sequences = static_cast<std::uint64_t>(capacity.sequences);
    if (perToken > kMost / context / sequences)
        return fail(ErrorCode::OutOfMemory, "{} × a context of {} tokens is more than this system can address", sequences, context);
    CacheLayout layout;
    for (const graph::CacheRow& row : graph.cache) {
        CachePlace place{.keys = layout.sequenceBytes};
        place.values = place.keys + align(context * cacheRowBytes(static_cast<CacheFormat>(capacity.key), row.key));
        layout.sequenceBytes = place.values + align(context * cacheRowBytes(static_cast<CacheFormat>(capacity.value), row.value));
        place.bytes = layout.sequenceBytes - place.keys;
        layout.layers.push_back(place);
    }
    layout.bytes = sequences * layout.sequenceBytes;
    return layout;
}

// Kernels choose their method by the number of tokens, so small counts are asked one by one.
std::uint64_t scratchBytes(const graph::Graph& graph, const backend::Capacity& capacity, int threads)
{
    constexpr std::int64_t kAskedOneByOne = 64;
    std::uint64_t most = 0;
    const auto forCounts = [&](auto&& bytesFor) {
        for (std::int64_t t = 1; t < std::min(kAskedOneByOne, capacity.tokens); ++t) most = std::max<std::uint64_t>(most, bytesFor(t));
        most = std::max<std::uint64_t>(most, bytesFor(capacity.tokens));
    };
    // Layers are mostly alike: each kind of node is asked once.
    std::set<std::int64_t> inputs;
    std::set<std::array<std::int64_t, 4>> expertKinds;
    std::set<std::array<std::int64_t, 5>> attentionKinds;
    for (const graph::Node& node : graph.nodes) {
        if (const auto* matmul = std::get_if<graph::Matmul>(&node.op)) {
            const std::int64_t n = matmul->products.front().weight->in();
            if (inputs.insert(n).second) forCounts([&](std::int64_t t) { return matmulScratchBytes(n, t, threads); });
        } else if (const auto* experts = std::get_if<graph::ExpertMatmul>(&node.op)) {
            for (const tensor::Weight* w : experts->weights)
                if (expertKinds.insert({w->in(), w->out(), w->experts(), experts->used}).second)
                    forCounts([&](std::int64_t t) { return matmulExpertsScratchBytes(w->in(), t, experts->used, w->experts(), w->out(), threads); });
        } else if (const auto* attention = std::get_if<graph::Attention>(&node.op)) {
            const bool isNew =
                attentionKinds.insert({attention->heads, attention->kvHeads, attention->keySize, attention->valueSize, attention->window}).second;
            if (isNew)
                forCounts([&](std::int64_t t) { return attentionScratchBytes(attentionShape(*attention, capacity), t, capacity.sequences, threads); });
        }
    }
    return most;
}

} // namespace corral::cpu
