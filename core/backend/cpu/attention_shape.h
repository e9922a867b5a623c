#pragma once
#include "core/backend/backend.h"
#include "core/backend/cpu/kernels/attention.h"

namespace corral::cpu {

// A node of a graph as the attention kernel wants it.
inline AttentionShape attentionShape(const graph::Attention& op, const backend::Capacity& capacity)
{
    return {.heads = op.heads, .kvHeads = op.kvHeads, .keySize = op.keySize, .valueSize = op.valueSize,
            .scale = op.scale, .softCap = op.softCap, .window = op.window, .keyFormat = static_cast<CacheFormat>(capacity.key),
            .valueFormat = static_cast<CacheFormat>(capacity.value), .sinks = op.sinks.empty() ? nullptr : op.sinks.data()};
}

} // namespace corral::cpu
