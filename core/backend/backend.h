#pragma once
// Where graphs run. A backend is prepared for one graph and a number of sequences: it allocates scratch from the memory plan and the
// key/value caches, both lying where it computes. Then it is filled, and run() takes tokens and writes logits; nothing is allocated any more.
#include "core/backend/way.h"
#include "core/base/error.h"
#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace corral::backend {

enum class CacheType : std::uint8_t { F16, F32, Q8_0 };

struct Capacity {
    std::int64_t tokens = 1;    // most a run brings
    std::int64_t context = 1;   // positions the cache holds for each sequence
    std::int64_t sequences = 1; // whose caches are independent
    CacheType key = CacheType::F16, value = CacheType::F16;
};

// Bytes the cache of a graph takes for one position.
std::uint64_t cacheBytesPerToken(const graph::Graph& graph, CacheType key, CacheType value);

// Tokens of one sequence, at positions firstPosition, firstPosition + 1, …; its cache holds everything before them.
struct Stretch {
    std::int64_t sequence = 0;
    std::int64_t tokens = 0; // at least 1
    std::int64_t firstPosition = 0;
    std::int64_t outputs = 0; // how many of the last ones give logits
};

// One run: weights are read once for all of it.
struct Batch {
    std::span<const std::int32_t> ids;   // of all stretches, one after the other
    std::span<const Stretch> stretches;  // each of another sequence
    float* logits = nullptr;             // [outputs of all][vocabulary]; null: their rows go through all layers, but the last product is left out
    std::span<float* const> inputs = {}, outputs = {}; // where the graph's inputs lie and its outputs go, row after row
    Way way = Way::Fastest;              // a backend may know only one
};

// Sees what weight matrices are multiplied with, just before it happens, on the thread that called run().
class ProductObserver {
public:
    virtual ~ProductObserver() = default;
    // The input of all products of `op`: x [rows][in], rows `stride` values apart.
    virtual void product(const graph::Matmul& op, const float* x, std::int64_t stride, std::int64_t rows) = 0;
    // Row r meets the experts chosen[r * used …]. x: [rows][in], or [rows][used * in] if op.perChoice.
    virtual void expertProduct(const graph::ExpertMatmul& op, const float* x, const std::int32_t* chosen, std::int64_t rows) = 0;
};

class Backend {
public:
    virtual ~Backend() = default;
    virtual Result<void> prepare(std::shared_ptr<const graph::Graph> graph, const Capacity& capacity) = 0;
    // After prepare(), once: copies weights to where it computes, if that is not where they lie. Apart from it, so that what has no room, on this backend or
    // another one of a graph, is known before anything is copied.
    virtual Result<void> fill() { return {}; }
    // ids.size() <= capacity.tokens, firstPosition + tokens <= capacity.context, every id inside the embedding table.
    // Cancelled if stop was asked for between two operations; the caches from firstPosition on are then undefined.
    virtual Result<void> run(const Batch& batch, std::stop_token stop) = 0;
    // Sequence `to` then holds the first `positions` of what sequence `from` holds.
    virtual void copyCache(std::int64_t from, std::int64_t to, std::int64_t positions) = 0;
    // What a sequence's first `positions` take, piece by piece; sizes and order depend on the graph and the types of the cache only. The first error ends it.
    virtual Result<void> readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const = 0;
    virtual Result<void> writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill) = 0;
    // From now on; null: nobody. It must outlive its use.
    virtual void observe(ProductObserver* observer) = 0;
    virtual std::uint64_t computeBytes() const = 0;
    virtual std::uint64_t cacheBytes() const = 0;
};

} // namespace corral::backend
