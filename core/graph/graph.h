#pragma once
// A computation as data, symbolic in the number of tokens: every value is [rows][width], where rows is what a run brings. So one
// graph serves a prompt of any length up to the size it is planned for, and a single token, and the token loop rebuilds nothing.
#include "core/graph/ops.h"

#include <cstdint>
#include <vector>

namespace corral::graph {

using ValueId = std::int32_t;
inline constexpr ValueId kNoValue = -1;

enum class Rows : std::uint8_t { Tokens, Outputs }; // all tokens of a run, or the last ones whose logits are wanted
enum class Type : std::uint8_t { F32, I32 };        // both 4 bytes

struct Value {
    Rows rows = Rows::Tokens;
    Type type = Type::F32;
    std::int64_t width = 0;
    ValueId base = kNoValue; // a view: these columns of another value's rows, from `column` on
    std::int64_t column = 0;
};

struct Node {
    Op op;
    std::vector<ValueId> inputs, outputs;
};

// What one layer keeps for one position, in values.
struct CacheRow {
    std::int64_t key = 0, value = 0;
    std::int64_t headKey = 0, headValue = 0; // of one head: what block formats of the cache must divide
};

struct Graph {
    std::vector<Value> values;
    std::vector<Node> nodes;
    std::vector<CacheRow> cache;   // by layer
    ValueId logits = kNoValue;     // [outputs][vocabulary]; lives in the caller's memory, not in the plan
    std::vector<ValueId> inputs, outputs; // whole values, no views, that a run is given (by the parts of core/graph/split.h before it) and hands out

    // The value that owns the memory of a view (itself if it is none).
    ValueId owner(ValueId id) const;
    // First column inside the owner's row.
    std::int64_t column(ValueId id) const;
};

} // namespace corral::graph
