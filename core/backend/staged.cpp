#include "core/backend/staged.h"

#include "core/graph/split.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

namespace corral::backend {

namespace {

class StagedBackend final : public Backend {
public:
    explicit StagedBackend(std::vector<Stage> stages) : m_stages(stages.size())
    {
        for (std::size_t i = 0; i < stages.size(); ++i) {
            m_stages[i].backend = std::move(stages[i].backend);
            m_stages[i].layers = stages[i].layers;
        }
    }

    Result<void> prepare(std::shared_ptr<const graph::Graph> graph, const Capacity& capacity) override
    {
        const auto starts = graph::layerStarts(*graph);
        std::map<graph::ValueId, float*> crossing;
        std::size_t begin = 0, layers = 0;
        for (Computed& stage : m_stages) {
            layers += static_cast<std::size_t>(stage.layers);
            assert(layers <= starts.size() && (&stage != &m_stages.back() || layers == starts.size()));
            const std::size_t end = layers == starts.size() ? graph->nodes.size() : starts[layers];
            graph::Part part = graph::part(*graph, begin, end);
            begin = end;
            for (const graph::ValueId id : part.inputs) stage.inputs.push_back(crossing.at(id));
            for (const graph::ValueId id : part.outputs) {
                auto& rows = m_rows.emplace_back(static_cast<std::size_t>(capacity.tokens * graph->values[static_cast<std::size_t>(id)].width));
                stage.outputs.push_back(crossing[id] = rows.data());
            }
            stage.cached = !part.graph.cache.empty();
            if (auto ok = stage.backend->prepare(std::make_shared<const graph::Graph>(std::move(part.graph)), capacity); !ok) return ok;
        }
        for (const graph::ValueId id : graph->outputs) m_results.emplace_back(crossing.at(id), graph->values[static_cast<std::size_t>(id)]);
        return {};
    }

    Result<void> fill() override
    {
        for (Computed& stage : m_stages)
            if (auto ok = stage.backend->fill(); !ok) return ok;
        return {};
    }

    Result<void> run(const Batch& batch, std::stop_token stop) override
    {
        std::int64_t outputs = 0;
        for (const Stretch& stretch : batch.stretches) outputs += stretch.outputs;
        for (Computed& stage : m_stages) {
            const bool last = &stage == &m_stages.back();
            if (last && !stage.cached && outputs == 0) continue; // the output alone, and nobody wants it
            const Batch part{.ids = batch.ids, .stretches = batch.stretches, .logits = last ? batch.logits : nullptr, .inputs = stage.inputs, .outputs = stage.outputs, .way = batch.way};
            if (auto ok = stage.backend->run(part, stop); !ok) return ok;
        }
        for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
            const auto& [rows, value] = m_results[i];
            const auto count = static_cast<std::size_t>(value.rows == graph::Rows::Outputs ? outputs : static_cast<std::int64_t>(batch.ids.size()));
            std::copy_n(rows, count * static_cast<std::size_t>(value.width), batch.outputs[i]);
        }
        return {};
    }

    void copyCache(std::int64_t from, std::int64_t to, std::int64_t positions) override
    {
        for (Computed& stage : m_stages) stage.backend->copyCache(from, to, positions);
    }
    Result<void> readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const override
    {
        for (const Computed& stage : m_stages)
            if (auto ok = stage.backend->readCache(sequence, positions, take); !ok) return ok;
        return {};
    }
    Result<void> writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill) override
    {
        for (Computed& stage : m_stages)
            if (auto ok = stage.backend->writeCache(sequence, positions, fill); !ok) return ok;
        return {};
    }
    void observe(ProductObserver* observer) override
    {
        for (Computed& stage : m_stages) stage.backend->observe(observer);
    }
    std::uint64_t computeBytes() const override
    {
        std::uint64_t bytes = 0;
        for (const Computed& stage : m_stages) bytes += stage.backend->computeBytes();
        for (const auto& rows : m_rows) bytes += rows.size() * sizeof(float);
        return bytes;
    }
    std::uint64_t cacheBytes() const override
    {
        std::uint64_t bytes = 0;
        for (const Computed& stage : m_stages) bytes += stage.backend->cacheBytes();
        return bytes;
    }

private:
    struct Computed {
        std::unique_ptr<Backend> backend;
        int layers = 0;
        bool cached = false; // it has layers with a cache
        std::vector<float*> inputs, outputs; // into m_rows
    };
    std::vector<Computed> m_stages;
    std::vector<std::pair<const float*, graph::Value>> m_results; // of the whole graph, into m_rows
    std::vector<std::vector<float>> m_rows; // of values that cross a cut; their data stay where they are when this grows
};

} // namespace

std::unique_ptr<Backend> makeStagedBackend(std::vector<Stage> stages)
{
    assert(!stages.empty());
    return std::make_unique<StagedBackend>(std::move(stages));
}

} // namespace corral::backend
