#pragma once
// The Vulkan backend's inside: every node of a graph recorded into one submission.
#include "core/backend/vulkan/device_weights.h"
#include "core/backend/vulkan/hazards.h"
#include "core/backend/vulkan/ops/attention.h"
#include "core/backend/vulkan/ops/mul_vec.h"
#include "core/backend/vulkan/pace.h"
#include "core/backend/vulkan/rows.h"
#include "core/backend/vulkan/vulkan_backend.h"
#include "core/graph/memory_plan.h"

#include <vector>

namespace corral::vulkan {

class Executor final : public backend::Backend {
public:
    Executor(std::shared_ptr<Context> context, BackendOptions options);

    Result<void> prepare(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity) override;
    Result<void> fill() override;
    Result<void> run(const backend::Batch& batch, std::stop_token stop) override;
    void copyCache(std::int64_t from, std::int64_t to, std::int64_t positions) override;
    Result<void> readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const override;
    Result<void> writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill) override;
    void observe(backend::ProductObserver*) override {}
    std::uint64_t computeBytes() const override { return m_arena.size() + m_input.size() + m_logits.size() + m_results.size() + m_scratch.size(); }
    std::uint64_t cacheBytes() const override;

private:
    struct LayerCache {
        Buffer keys, values; // of all sequences, one after the other
        std::int64_t keyRow = 0, valueRow = 0; // bytes
    };

    Rows rows(graph::ValueId id) const;
    Result<void> reserve();
    Result<void> reserveWeights();
    Result<void> reserveMatrix(const tensor::Weight& w);
    Result<void> reserveVector(std::span<const float> values);
    Result<void> checkInput(graph::ValueId id) const;
    std::uint64_t scratchBytes() const;
    // Calls visit(buffer, first byte, bytes) for keys and values of each layer of a sequence.
    template <class Visit> Result<void> overCache(std::int64_t sequence, std::int64_t positions, Visit&& visit) const;
    Result<void> growLogits(std::int64_t outputs);
    Result<void> submit(double work);
    void touch(const graph::Node& node); // adds its memory to m_touched
    std::vector<bool> findSums() const;
    void enter(const backend::Batch& batch); // a part's inputs, into the arena
    void leave();                            // its outputs, out of it
    std::uint64_t bytesOf(const Rows& rows) const { return static_cast<std::uint64_t>(rows.count * rows.width) * sizeof(float); }

    Result<void> record(const graph::Embed& op, const graph::Node& node);
    Result<void> record(const graph::Matmul& op, const graph::Node& node);
    Result<void> record(const graph::RmsNorm& op, const graph::Node& node);
    Result<void> record(const graph::LayerNorm& op, const graph::Node& node);
    Result<void> record(const graph::Add& op, const graph::Node& node);
    Result<void> record(const graph::Multiply& op, const graph::Node& node);
    Result<void> record(const graph::Gated& op, const graph::Node& node);
    Result<void> record(const graph::Scale& op, const graph::Node& node);
    Result<void> record(const graph::SoftCap& op, const graph::Node& node);
    Result<void> record(const graph::RopeTable& op, const graph::Node& node);
    Result<void> record(const graph::Rope& op, const graph::Node& node);
    Result<void> record(const graph::CacheWrite& op, const graph::Node& node);
    Result<void> record(const graph::Attention& op, const graph::Node& node);
    Result<void> record(const graph::SelectOutputs& op, const graph::Node& node);
    Result<void> record(const graph::ExpertMatmul& op, const graph::Node& node);
    Result<void> record(const graph::Softmax& op, const graph::Node& node);
    Result<void> record(const graph::TopExperts& op, const graph::Node& node);
    Result<void> record(const graph::WeightedSum& op, const graph::Node& node);

    BackendOptions m_options;
    std::shared_ptr<Context> m_context;
    Pipelines m_pipelines;
    Pace m_pace;
    mutable Commands m_commands;
    DeviceWeights m_weights;
    const ProductTuning m_products;
    const AttentionTuning m_attention;
    std::shared_ptr<const graph::Graph> m_graph;
    backend::Capacity m_capacity;
    graph::MemoryPlan m_plan;
    Buffer m_arena;
    Buffer m_scratch; // between the dispatches of one operation
    Buffer m_input;  // written by the processor: token ids, a part's inputs, then the rotation tables of the run
    Buffer m_logits, m_results; // read by the processor; the latter: a part's outputs
    std::vector<LayerCache> m_cache;
    backend::Batch m_batch; // of the current run
    std::vector<bool> m_addsNext; // by node: a product that also computes the sum behind it
    const graph::Node* m_sum = nullptr; // that sum, of the node that is recorded
    Touched m_pending, m_touched;       // since the last barrier, and of what is recorded next
    std::int64_t m_outputs = 0;
    std::uint64_t m_inputUsed = 0;
};

} // namespace corral::vulkan
