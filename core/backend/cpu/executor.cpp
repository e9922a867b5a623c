#include "core/backend/cpu/executor.h"

#include "core/backend/cpu/attention_shape.h"
#include "core/backend/cpu/kernels/rows.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>

namespace corral::backend {

std::uint64_t cacheBytesPerToken(const graph::Graph& graph, CacheType key, CacheType value)
{
    std::uint64_t bytes = 0;
    for (const graph::CacheRow& row : graph.cache) {
        bytes += cpu::cacheRowBytes(static_cast<cpu::CacheFormat>(key), row.key);
        bytes += cpu::cacheRowBytes(static_cast<cpu::CacheFormat>(value), row.value);
    }
    return bytes;
}

} // namespace corral::backend

namespace corral::cpu {

namespace {

static_assert(int(CacheFormat::F16) == int(backend::CacheType::F16) && int(CacheFormat::F32) == int(backend::CacheType::F32) &&
              int(CacheFormat::Q8_0) == int(backend::CacheType::Q8_0));
static_assert(int(Activation::Silu) == int(graph::Activation::Silu) && int(Activation::Gelu) == int(graph::Activation::Gelu));
CacheFormat toKernel(backend::CacheType type) { return static_cast<CacheFormat>(type); }

RopeParams toKernel(const graph::RopeParams& p)
{
    return {.dims = p.dims, .neox = p.neox, .base = p.base, .freqScale = p.freqScale, .extFactor = p.extFactor, .attnFactor = p.attnFactor,
            .betaFast = p.betaFast, .betaSlow = p.betaSlow, .originalContext = p.originalContext,
            .freqFactors = p.freqFactors.empty() ? nullptr : p.freqFactors.data()};
}

// Below this many values row-wise work stays on the calling thread: a fork and join costs about as much as 10000 of them.
constexpr std::int64_t kWorthSharing = 1 << 15;

// Keeps Σ weights away from 0 when they are normalised (architectures sheet § 2.6).
constexpr float kSmallestExpertSum = 6.103515625e-5f;

} // namespace

Executor::Rows Executor::rows(graph::ValueId id) const
{
    const auto v = static_cast<std::size_t>(id);
    const graph::Value& value = m_graph->values[v];
    const std::int64_t count = value.rows == graph::Rows::Outputs ? m_outputs : static_cast<std::int64_t>(m_batch.ids.size());
    float* data = m_plan.offsets[v] == graph::MemoryPlan::kExternal ? m_batch.logits : reinterpret_cast<float*>(m_arena.data() + m_plan.offsets[v]);
    return {data, m_plan.strides[v], value.width, count};
}

template <class Fn> void Executor::overRows(std::int64_t count, std::int64_t work, Fn&& fn)
{
    if (count <= 0) return;
    if (count == 1 || count * work < kWorthSharing) fn(std::int64_t(0), count);
    else m_pool.parallelFor(count, std::max<std::int64_t>(1, count / (4 * m_pool.size())), fn);
}

Result<void> Executor::allocateCache()
{
    auto layout = planCache(*m_graph, m_capacity);
    if (!layout) return std::unexpected(layout.error());
    auto memory = LazyMemory::allocate(layout->bytes, "key/value cache");
    if (!memory) return std::unexpected(memory.error());
    m_cache = std::move(*memory);
    m_layout = std::move(*layout);
    return {};
}

Executor::LayerCache Executor::cacheOf(int layer, std::int64_t sequence) const
{
    const CachePlace& place = m_layout.layers[static_cast<std::size_t>(layer)];
    std::byte* cache = m_cache.data() + static_cast<std::uint64_t>(sequence) * m_layout.sequenceBytes;
    return {cache + place.keys, cache + place.values};
}

void Executor::copyCache(std::int64_t from, std::int64_t to, std::int64_t positions)
{
    assert(std::max(from, to) < m_capacity.sequences && positions <= m_capacity.context);
    m_pool.parallelFor(static_cast<std::int64_t>(m_layout.layers.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const graph::CacheRow& row = m_graph->cache[static_cast<std::size_t>(i)];
            const LayerCache source = cacheOf(static_cast<int>(i), from), target = cacheOf(static_cast<int>(i), to);
            std::memcpy(target.keys, source.keys, static_cast<std::size_t>(positions) * cacheRowBytes(toKernel(m_capacity.key), row.key));
            std::memcpy(target.values, source.values, static_cast<std::size_t>(positions) * cacheRowBytes(toKernel(m_capacity.value), row.value));
        }
    });
}

template <class Visit> Result<void> Executor::overCache(std::int64_t sequence, std::int64_t positions, Visit&& visit) const
{
    assert(sequence < m_capacity.sequences && positions <= m_capacity.context);
    if (positions == 0) return {};
    for (std::size_t i = 0; i < m_layout.layers.size(); ++i) {
        const graph::CacheRow& row = m_graph->cache[i];
        const LayerCache cache = cacheOf(static_cast<int>(i), sequence);
        const auto bytes = [&](backend::CacheType type, std::int64_t width) { return static_cast<std::size_t>(positions) * cacheRowBytes(toKernel(type), width); };
        if (auto ok = visit(std::span(cache.keys, bytes(m_capacity.key, row.key))); !ok) return ok;
        if (auto ok = visit(std::span(cache.values, bytes(m_capacity.value, row.value))); !ok) return ok;
    }
    return {};
}

Result<void> Executor::readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const
{
    return overCache(sequence, positions, take);
}

Result<void> Executor::writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill)
{
    return overCache(sequence, positions, fill);
}

Result<void> Executor::prepare(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity)
{
    assert(capacity.tokens >= 1 && capacity.context >= 1 && capacity.sequences >= 1);
    m_graph = std::move(graph);
    m_capacity = capacity;
    m_plan = graph::planMemory(*m_graph, capacity.tokens);
    auto arena = LazyMemory::allocate(m_plan.bytes, "computation");
    if (!arena) return std::unexpected(arena.error());
    m_arena = std::move(*arena);
    auto scratch = LazyMemory::allocate(scratchBytes(*m_graph, m_capacity, m_pool.size()), "computation");
    if (!scratch) return std::unexpected(scratch.error());
    m_scratch = std::move(*scratch);
    std::size_t largestGroup = 0;
    for (std::size_t i = 0; i < m_graph->nodes.size(); ++i) {
        const graph::Node& node = m_graph->nodes[i];
        largestGroup = std::max(largestGroup, node.outputs.size());
        if (std::holds_alternative<graph::Matmul>(node.op)) m_head = i;
    }
    m_tasks.reserve(largestGroup);
    m_attending.reserve(static_cast<std::size_t>(capacity.sequences));
    m_positions.reserve(static_cast<std::size_t>(capacity.tokens));
    return allocateCache();
}

Result<void> Executor::run(const backend::Batch& batch, std::stop_token stop)
{
    assert(static_cast<std::int64_t>(batch.ids.size()) <= m_capacity.tokens);
    m_batch = batch;
    m_outputs = 0;
    m_positions.clear();
    for (const backend::Stretch& stretch : batch.stretches) {
        assert(stretch.sequence < m_capacity.sequences && stretch.firstPosition + stretch.tokens <= m_capacity.context && stretch.outputs <= stretch.tokens);
        m_outputs += stretch.outputs;
        for (std::int64_t t = 0; t < stretch.tokens; ++t) m_positions.push_back(stretch.firstPosition + t);
    }
    assert(m_positions.size() == batch.ids.size());
    using Clock = std::chrono::steady_clock;
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        const Rows x = rows(m_graph->inputs[i]);
        std::memcpy(x.data, batch.inputs[i], static_cast<std::size_t>(x.count * x.width) * sizeof(float));
    }
    const bool headless = m_outputs > 0 && !batch.logits && m_graph->logits != graph::kNoValue;
    assert(!headless || std::holds_alternative<graph::Matmul>(m_graph->nodes[m_head].op));
    const std::size_t end = headless ? m_head : m_graph->nodes.size();
    for (std::size_t i = 0; i < end; ++i) {
        const graph::Node& node = m_graph->nodes[i];
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
        const auto start = m_profile ? Clock::now() : Clock::time_point();
        std::visit([&](const auto& op) { runOp(op, node); }, node.op);
        if (m_profile) {
            Profile::Entry& entry = m_profile->ops[node.op.index()];
            ++entry.calls;
            entry.nanoseconds += static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - start).count());
        }
    }
    for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
        const Rows y = rows(m_graph->outputs[i]);
        std::memcpy(batch.outputs[i], y.data, static_cast<std::size_t>(y.count * y.width) * sizeof(float));
    }
    if (headless && m_observer) {
        const graph::Node& head = m_graph->nodes[m_head];
        const Rows x = rows(head.inputs[0]);
        m_observer->product(std::get<graph::Matmul>(head.op), x.data, x.stride, x.count);
    }
    return {};
}

void Executor::runOp(const graph::Embed& op, const graph::Node& node)
{
    const Rows y = rows(node.outputs[0]);
    overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) {
        embed(*op.table->format, op.table->data, op.table->in(), m_batch.ids.data(), y.data, y.stride, begin, end);
    });
}

backend::Way Executor::wayOf(const graph::Node& node) const
{
    const bool outputs = m_graph->values[static_cast<std::size_t>(node.inputs[0])].rows == graph::Rows::Outputs;
    return m_batch.way == backend::Way::AsMany && outputs ? backend::Way::AsFew : m_batch.way;
}

void Executor::runOp(const graph::Matmul& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    if (x.count == 0) return;
    if (m_observer) m_observer->product(op, x.data, x.stride, x.count);
    m_tasks.clear();
    for (std::size_t i = 0; i < op.products.size(); ++i) {
        const tensor::Weight& w = *op.products[i].weight;
        const Rows y = rows(node.outputs[i]);
        m_tasks.push_back({{w.format, w.data, w.in(), w.out()}, y.data, y.stride});
    }
    matmul(m_tasks, x.data, x.stride, x.count, m_pool, {m_scratch.data(), static_cast<std::size_t>(m_scratch.size())}, wayOf(node));
    for (std::size_t i = 0; i < op.products.size(); ++i) {
        const graph::Product& product = op.products[i];
        const Rows y = rows(node.outputs[i]);
        if (product.scale == 1 && product.bias.empty()) continue;
        overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) {
            if (product.scale != 1) scale(y.data, y.stride, product.scale, y.data, y.stride, y.width, begin, end);
            if (!product.bias.empty()) add(y.data, y.stride, product.bias.data(), 0, y.data, y.stride, y.width, begin, end);
        });
    }
}

void Executor::runOp(const graph::ExpertMatmul& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    if (x.count == 0) return;
    assert(x.stride == x.width);
    m_tasks.clear();
    for (std::size_t i = 0; i < op.weights.size(); ++i) {
        const tensor::Weight& w = *op.weights[i];
        m_tasks.push_back({{w.format, w.data, w.in(), w.out()}, rows(node.outputs[i]).data, w.out()});
    }
    const auto* chosen = reinterpret_cast<const std::int32_t*>(rows(node.inputs[1]).data);
    if (m_observer) m_observer->expertProduct(op, x.data, chosen, x.count);
    matmulExperts(m_tasks, op.weights.front()->experts(), chosen, op.used, x.data, op.perChoice, x.count, m_pool,
                  {m_scratch.data(), static_cast<std::size_t>(m_scratch.size())}, wayOf(node));
}

void Executor::runOp(const graph::RmsNorm& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    const float* weight = op.weight.empty() ? nullptr : op.weight.data();
    const std::int64_t groups = x.width / op.size;
    overRows(x.count, x.width, [&](std::int64_t begin, std::int64_t end) {
        if (groups == 1) rmsNorm(x.data, x.stride, weight, op.eps, y.data, y.stride, op.size, begin, end);
        else
            for (std::int64_t r = begin; r < end; ++r) rmsNorm(x.row(r), op.size, weight, op.eps, y.row(r), op.size, op.size, 0, groups);
    });
}

void Executor::runOp(const graph::LayerNorm& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    overRows(x.count, x.width, [&](std::int64_t begin, std::int64_t end) {
        layerNorm(x.data, x.stride, op.weight.data(), op.bias.empty() ? nullptr : op.bias.data(), op.eps, y.data, y.stride, x.width, begin, end);
    });
}

void Executor::runOp(const graph::Add&, const graph::Node& node)
{
    const Rows a = rows(node.inputs[0]), b = rows(node.inputs[1]), y = rows(node.outputs[0]);
    overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) { add(a.data, a.stride, b.data, b.stride, y.data, y.stride, y.width, begin, end); });
}

void Executor::runOp(const graph::Multiply&, const graph::Node& node)
{
    const Rows a = rows(node.inputs[0]), b = rows(node.inputs[1]), y = rows(node.outputs[0]);
    overRows(y.count, y.width,
             [&](std::int64_t begin, std::int64_t end) { multiply(a.data, a.stride, b.data, b.stride, y.data, y.stride, y.width, begin, end); });
}

void Executor::runOp(const graph::Gated& op, const graph::Node& node)
{
    const Rows gate = rows(node.inputs[0]), up = rows(node.inputs[1]), y = rows(node.outputs[0]);
    const auto activation = static_cast<Activation>(op.activation);
    overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) {
        gated(activation, gate.data, gate.stride, up.data, up.stride, y.data, y.stride, y.width, begin, end);
    });
}

void Executor::runOp(const graph::Scale& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) { scale(x.data, x.stride, op.factor, y.data, y.stride, y.width, begin, end); });
}

void Executor::runOp(const graph::SoftCap& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    overRows(y.count, y.width, [&](std::int64_t begin, std::int64_t end) { softCap(x.data, x.stride, op.cap, y.data, y.stride, y.width, begin, end); });
}

void Executor::runOp(const graph::RopeTable& op, const graph::Node& node)
{
    const Rows y = rows(node.outputs[0]);
    const RopeParams params = toKernel(op.params);
    constexpr std::int64_t kValuesForOneAngle = 50; // a power, a sine and a cosine cost about as much as this many additions
    overRows(y.count, y.width * kValuesForOneAngle, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) ropeTable(params, m_positions[static_cast<std::size_t>(t)], y.row(t));
    });
}

void Executor::runOp(const graph::Rope& op, const graph::Node& node)
{
    const Rows x = rows(node.outputs[0]), table = rows(node.inputs[1]);
    const RopeParams params = toKernel(op.params);
    overRows(x.count, x.width, [&](std::int64_t begin, std::int64_t end) {
        ropeApply(params, table.data, x.data, x.stride, x.width / op.headSize, op.headSize, begin, end);
    });
}

void Executor::runOp(const graph::CacheWrite& op, const graph::Node& node)
{
    const Rows k = rows(node.inputs[0]), v = rows(node.inputs[1]);
    overRows(k.count, k.width + v.width, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t first = 0;
        for (const backend::Stretch& stretch : m_batch.stretches) {
            const std::int64_t from = std::max(begin, first), count = std::min(end, first + stretch.tokens) - from;
            if (count > 0) {
                const LayerCache cache = cacheOf(op.layer, stretch.sequence);
                const std::int64_t position = stretch.firstPosition + from - first;
                writeCacheRows(toKernel(m_capacity.key), k.row(from), k.stride, k.width, count, cache.keys, position);
                writeCacheRows(toKernel(m_capacity.value), v.row(from), v.stride, v.width, count, cache.values, position);
            }
            first += stretch.tokens;
        }
    });
}

void Executor::runOp(const graph::Attention& op, const graph::Node& node)
{
    const Rows q = rows(node.inputs[0]), y = rows(node.outputs[0]);
    if (q.count == 0) return;
    const bool outputsOnly = m_graph->values[static_cast<std::size_t>(node.inputs[0])].rows == graph::Rows::Outputs;
    m_attending.clear();
    std::int64_t row = 0;
    for (const backend::Stretch& stretch : m_batch.stretches) {
        const std::int64_t queries = outputsOnly ? stretch.outputs : stretch.tokens; // the last ones
        if (queries == 0) continue;
        const LayerCache cache = cacheOf(op.layer, stretch.sequence);
        m_attending.push_back({.tokens = queries,
                               .firstPosition = stretch.firstPosition + stretch.tokens - queries,
                               .q = q.row(row),
                               .out = y.row(row),
                               .keys = cache.keys,
                               .values = cache.values});
        row += queries;
    }
    attention(attentionShape(op, m_capacity), m_attending, q.stride, y.stride, m_pool, {m_scratch.data(), static_cast<std::size_t>(m_scratch.size())}, wayOf(node));
}

void Executor::runOp(const graph::Softmax&, const graph::Node& node)
{
    const Rows x = rows(node.outputs[0]);
    overRows(x.count, x.width, [&](std::int64_t begin, std::int64_t end) { softmax(x.data, x.stride, x.width, begin, end); });
}

void Executor::runOp(const graph::TopExperts& op, const graph::Node& node)
{
    const Rows probabilities = rows(node.inputs[0]), weights = rows(node.outputs[1]);
    auto* chosen = reinterpret_cast<std::int32_t*>(rows(node.outputs[0]).data);
    overRows(probabilities.count, probabilities.width * op.used, [&](std::int64_t begin, std::int64_t end) {
        topExperts(probabilities.data, probabilities.width, op.used, chosen, weights.data, begin, end);
        if (!op.normalize) return;
        for (std::int64_t t = begin; t < end; ++t) {
            float sum = 0;
            for (std::int64_t k = 0; k < op.used; ++k) sum += weights.row(t)[k];
            const float factor = 1 / std::max(sum, kSmallestExpertSum);
            for (std::int64_t k = 0; k < op.used; ++k) weights.row(t)[k] *= factor;
        }
    });
}

void Executor::runOp(const graph::WeightedSum& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), weights = rows(node.inputs[1]), y = rows(node.outputs[0]);
    overRows(y.count, x.width, [&](std::int64_t begin, std::int64_t end) { weightedSum(x.data, weights.data, op.used, y.data, y.stride, y.width, begin, end); });
}

void Executor::runOp(const graph::SelectOutputs&, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    std::int64_t end = 0, to = 0;
    for (const backend::Stretch& stretch : m_batch.stretches) {
        end += stretch.tokens;
        for (std::int64_t from = end - stretch.outputs; from < end; ++from, ++to)
            std::memcpy(y.row(to), x.row(from), static_cast<std::size_t>(y.width) * sizeof(float));
    }
}

std::unique_ptr<backend::Backend> makeCpuBackend(ThreadPool& pool, Profile* profile) { return std::make_unique<Executor>(pool, profile); }

} // namespace corral::cpu
