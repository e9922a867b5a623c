#pragma once
// The CPU backend's inside: nodes with their pointers resolved once, so that a run only adds row counts.
#include "core/backend/backend.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/footprint.h"
#include "core/backend/cpu/kernels/attention.h"
#include "core/backend/cpu/kernels/matmul.h"
#include "core/backend/cpu/kernels/rope.h"
#include "core/backend/cpu/memory.h"
#include "core/graph/memory_plan.h"

#include <vector>

namespace corral::cpu {

class Executor final : public backend::Backend {
public:
    Executor(ThreadPool& pool, Profile* profile) : m_pool(pool), m_profile(profile) {}

    Result<void> prepare(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity) override;
    Result<void> run(const backend::Batch& batch, std::stop_token stop) override;
    void observe(backend::ProductObserver* observer) override { m_observer = observer; }
    std::uint64_t computeBytes() const override { return m_arena.size() + m_scratch.size(); }
    void copyCache(std::int64_t from, std::int64_t to, std::int64_t positions) override;
    Result<void> readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const override;
    Result<void> writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill) override;
    std::uint64_t cacheBytes() const override { return m_cache.size(); }

private:
    // Of one layer and sequence.
    struct LayerCache {
        std::byte *keys = nullptr, *values = nullptr;
    };
    // A value during a run.
    struct Rows {
        float* data = nullptr;
        std::int64_t stride = 0, width = 0, count = 0;
        float* row(std::int64_t r) const { return data + r * stride; }
    };

    Rows rows(graph::ValueId id) const;
    // The run's way; outputs are as few in a long prompt as in a short one.
    backend::Way wayOf(const graph::Node& node) const;
    LayerCache cacheOf(int layer, std::int64_t sequence) const;
    // Calls visit(bytes) for the keys and the values of each layer.
    template <class Visit> Result<void> overCache(std::int64_t sequence, std::int64_t positions, Visit&& visit) const;
    // Calls fn(begin, end) over [0, count) rows of `work` values each, on the pool if that pays.
    template <class Fn> void overRows(std::int64_t count, std::int64_t work, Fn&& fn);
    Result<void> allocateCache();

    void runOp(const graph::Embed& op, const graph::Node& node);
    void runOp(const graph::Matmul& op, const graph::Node& node);
    void runOp(const graph::ExpertMatmul& op, const graph::Node& node);
    void runOp(const graph::RmsNorm& op, const graph::Node& node);
    void runOp(const graph::LayerNorm& op, const graph::Node& node);
    void runOp(const graph::Add& op, const graph::Node& node);
    void runOp(const graph::Multiply& op, const graph::Node& node);
    void runOp(const graph::Gated& op, const graph::Node& node);
    void runOp(const graph::Scale& op, const graph::Node& node);
    void runOp(const graph::SoftCap& op, const graph::Node& node);
    void runOp(const graph::RopeTable& op, const graph::Node& node);
    void runOp(const graph::Rope& op, const graph::Node& node);
    void runOp(const graph::CacheWrite& op, const graph::Node& node);
    void runOp(const graph::Attention& op, const graph::Node& node);
    void runOp(const graph::Softmax& op, const graph::Node& node);
    void runOp(const graph::TopExperts& op, const graph::Node& node);
    void runOp(const graph::WeightedSum& op, const graph::Node& node);
    void runOp(const graph::SelectOutputs& op, const graph::Node& node);

    ThreadPool& m_pool;
    Profile* m_profile;
    backend::ProductObserver* m_observer = nullptr;
    std::shared_ptr<const graph::Graph> m_graph;
    backend::Capacity m_capacity;
    graph::MemoryPlan m_plan;
    LazyMemory m_arena, m_scratch, m_cache;
    CacheLayout m_layout;
    std::vector<AttentionSequence> m_attending; // of the node that runs; capacity for all sequences
    std::vector<std::int64_t> m_positions; // of the run's tokens; capacity for the longest run
    std::vector<MatmulTask> m_tasks; // of the node that runs; capacity for the largest group
    std::size_t m_head = 0;          // the last product's node: from it on only logits are made
    backend::Batch m_batch;          // of the current run
    std::int64_t m_outputs = 0;      // of all its stretches
};

} // namespace corral::cpu
