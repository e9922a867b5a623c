#include "core/backend/vulkan/executor.h"

#include "core/backend/cpu/kernels/rope.h"
#include "core/backend/vulkan/ops/attention.h"
#include "core/backend/vulkan/ops/format_tables.h"
#include "core/backend/vulkan/ops/mul_vec.h"
#include "core/backend/vulkan/ops/rowwise.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <tuple>

namespace corral::vulkan {

namespace {

constexpr std::uint64_t kAlign = 64;
std::uint64_t aligned(std::uint64_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

cpu::RopeParams angles(const graph::RopeParams& p)
{
    return {.dims = p.dims, .neox = p.neox, .base = p.base, .freqScale = p.freqScale, .extFactor = p.extFactor, .attnFactor = p.attnFactor, .betaFast = p.betaFast,
            .betaSlow = p.betaSlow, .originalContext = p.originalContext, .freqFactors = p.freqFactors.empty() ? nullptr : p.freqFactors.data()};
}

std::unexpected<Error> noShader(std::string_view what) { return fail(ErrorCode::Unsupported, "{} cannot be computed on the graphics card yet", what); }

Matrix matrixOf(const tensor::Weight& w, const DeviceWeights& weights)
{
    const std::span<const std::byte> table = formatTable(*w.format);
    return {w.format, weights.at(w.data), w.in(), w.out(), table.empty() ? 0 : weights.at(table.data()), w.experts()};
}

} // namespace

Executor::Executor(std::shared_ptr<Context> context, BackendOptions options)
    : m_options(std::move(options)), m_context(context), m_pipelines(context, m_options.pipelineFolder), m_commands(context, m_pipelines), m_weights(context),
      m_products(ProductTuning::of(context->limits())), m_attention(AttentionTuning::of(context->limits()))
{
}

// A tensor, and what its format needs to be read.
Result<void> Executor::reserveMatrix(const tensor::Weight& w)
{
    if (!canRead(*w.format)) return noShader(std::format("the tensor {} of type {}", w.name, w.format->name));
    if (w.in() % kUnit != 0) return noShader(std::format("the tensor {} with rows of {} values", w.name, w.in()));
    const std::span<const std::byte> table = formatTable(*w.format);
    if (auto ok = m_weights.reserve(table.data(), table.size()); !ok) return ok;
    return m_weights.reserve(w.data, w.format->rowBytes(w.in()) * static_cast<std::uint64_t>(w.out() * w.experts()));
}

Result<void> Executor::reserveVector(std::span<const float> values) { return m_weights.reserve(values.data(), values.size_bytes()); }

// Products read fours of values.
Result<void> Executor::checkInput(graph::ValueId id) const
{
    const auto input = static_cast<std::size_t>(id);
    if (m_plan.strides[input] % 4 != 0 || m_plan.offsets[input] % 16 != 0) return noShader("a product of rows that begin in the middle of four values");
    return {};
}

Result<void> Executor::reserveWeights()
{
    for (const graph::Node& node : m_graph->nodes) {
        Result<void> ok;
        if (const auto* embed = std::get_if<graph::Embed>(&node.op)) ok = reserveMatrix(*embed->table);
        if (const auto* matmul = std::get_if<graph::Matmul>(&node.op)) {
            ok = checkInput(node.inputs[0]);
            for (const graph::Product& product : matmul->products) {
                if (ok) ok = reserveMatrix(*product.weight);
                if (ok) ok = reserveVector(product.bias);
            }
        }
        if (const auto* experts = std::get_if<graph::ExpertMatmul>(&node.op)) {
            ok = checkInput(node.inputs[0]);
            for (const tensor::Weight* w : experts->weights) {
                if (ok) ok = reserveMatrix(*w);
                if (w->experts() > kMostExperts) ok = noShader(std::format("the choice among {} experts", w->experts()));
            }
        }
        if (const auto* norm = std::get_if<graph::RmsNorm>(&node.op)) ok = reserveVector(norm->weight);
        if (const auto* norm = std::get_if<graph::LayerNorm>(&node.op)) {
            ok = reserveVector(norm->weight);
            if (ok) ok = reserveVector(norm->bias);
        }
        if (const auto* attention = std::get_if<graph::Attention>(&node.op)) {
            if (attention->valueSize > kMostValuesOfHead) ok = noShader(std::format("a head of {} values", attention->valueSize));
            else ok = reserveVector(attention->sinks);
        }
        if (!ok) return ok;
    }
    return {};
}

Result<void> Executor::prepare(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity)
{
    m_graph = std::move(graph);
    m_capacity = capacity;
    m_plan = graph::planMemory(*m_graph, capacity.tokens);
    m_addsNext = findSums();
    auto ok = reserve();
    if (!ok && ok.error().code == ErrorCode::OutOfMemory && m_options.full) m_options.full(m_context->taken());
    m_options.full = nullptr;
    return ok;
}

Result<void> Executor::fill()
{
    auto ok = m_weights.fill(m_commands, m_options.stop, m_options.uploaded);
    m_options.uploaded = nullptr;
    return ok;
}

Result<void> Executor::reserve()
{
    const backend::Capacity& capacity = m_capacity;
    constexpr std::int64_t kMostTokens = 65535; // of a dispatch's second dimension, on any device
    if (capacity.tokens > kMostTokens) return fail(ErrorCode::Unsupported, "a batch of {} tokens is more than a graphics card takes at once ({})", capacity.tokens, kMostTokens);

    auto arena = Buffer::create(m_context, std::max<std::uint64_t>(m_plan.bytes, kAlign), Where::Device);
    if (!arena) return std::unexpected(arena.error());
    m_arena = std::move(*arena);
    if (const std::uint64_t bytes = scratchBytes(); bytes > 0) {
        auto scratch = Buffer::create(m_context, bytes, Where::Device);
        if (!scratch) return std::unexpected(scratch.error());
        m_scratch = std::move(*scratch);
    }
    std::uint64_t input = aligned(static_cast<std::uint64_t>(capacity.tokens) * sizeof(std::int32_t));
    for (const graph::Node& node : m_graph->nodes)
        if (const auto* table = std::get_if<graph::RopeTable>(&node.op)) input += aligned(static_cast<std::uint64_t>(capacity.tokens * table->params.dims) * sizeof(float));
    const auto most = [&](graph::ValueId id) { return aligned(static_cast<std::uint64_t>(capacity.tokens * m_graph->values[static_cast<std::size_t>(id)].width) * sizeof(float)); };
    for (const graph::ValueId id : m_graph->inputs) input += most(id);
    auto written = Buffer::create(m_context, input, Where::Upload);
    if (!written) return std::unexpected(written.error());
    m_input = std::move(*written);
    std::uint64_t results = 0;
    for (const graph::ValueId id : m_graph->outputs) results += most(id);
    if (results > 0) {
        auto read = Buffer::create(m_context, results, Where::Read);
        if (!read) return std::unexpected(read.error());
        m_results = std::move(*read);
    }

    m_cache.clear();
    for (const graph::CacheRow& row : m_graph->cache) {
        constexpr std::int64_t kBlock = 32;
        if ((capacity.key == backend::CacheType::Q8_0 && row.headKey % kBlock != 0) || (capacity.value == backend::CacheType::Q8_0 && row.headValue % kBlock != 0))
            return fail(ErrorCode::Unsupported, "a q8_0 cache needs heads of a multiple of {} values, this model has {} and {}; use f16", kBlock, row.headKey, row.headValue);
        LayerCache layer{.keyRow = cacheRowBytes(capacity.key, row.key), .valueRow = cacheRowBytes(capacity.value, row.value)};
        const auto rowsOfAll = static_cast<std::uint64_t>(capacity.context * capacity.sequences);
        auto keys = Buffer::create(m_context, rowsOfAll * static_cast<std::uint64_t>(layer.keyRow), Where::Device);
        if (!keys) return std::unexpected(keys.error());
        auto values = Buffer::create(m_context, rowsOfAll * static_cast<std::uint64_t>(layer.valueRow), Where::Device);
        if (!values) return std::unexpected(values.error());
        layer.keys = std::move(*keys);
        layer.values = std::move(*values);
        m_cache.push_back(std::move(layer));
    }
    return reserveWeights();
}

// What operations of several dispatches keep between these.
std::uint64_t Executor::scratchBytes() const
{
    std::uint64_t most = 0;
    for (const graph::Node& node : m_graph->nodes) {
        if (const auto* experts = std::get_if<graph::ExpertMatmul>(&node.op))
            most = std::max(most, listBytes(m_capacity.tokens * experts->used, experts->weights.front()->experts()));
        if (const auto* attention = std::get_if<graph::Attention>(&node.op)) most = std::max(most, pieceBytes(m_attention, *attention));
        if (const auto* matmul = std::get_if<graph::Matmul>(&node.op); matmul && m_products.dots)
            most = std::max(most, roundedBytes(m_capacity.tokens, matmul->products.front().weight->in()));
    }
    return most;
}

std::uint64_t Executor::cacheBytes() const
{
    std::uint64_t bytes = 0;
    for (const LayerCache& layer : m_cache) bytes += layer.keys.size() + layer.values.size();
    return bytes;
}

Rows Executor::rows(graph::ValueId id) const
{
    const auto v = static_cast<std::size_t>(id);
    const graph::Value& value = m_graph->values[v];
    const std::int64_t count = value.rows == graph::Rows::Outputs ? m_outputs : static_cast<std::int64_t>(m_batch.ids.size());
    const VkDeviceAddress data = m_plan.offsets[v] == graph::MemoryPlan::kExternal ? m_logits.address() : m_arena.address() + m_plan.offsets[v];
    return {data, m_plan.strides[v], value.width, count};
}

Result<void> Executor::growLogits(std::int64_t outputs)
{
    if (m_graph->logits == graph::kNoValue) return {};
    const std::uint64_t bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(1, outputs) * m_graph->values[static_cast<std::size_t>(m_graph->logits)].width) * sizeof(float);
    if (bytes <= m_logits.size()) return {};
    auto buffer = Buffer::create(m_context, bytes, Where::Read);
    if (!buffer) return std::unexpected(buffer.error());
    m_logits = std::move(*buffer);
    return {};
}

Result<void> Executor::run(const backend::Batch& batch, std::stop_token stop)
{
    m_batch = batch;
    m_outputs = 0;
    for (const backend::Stretch& stretch : batch.stretches) m_outputs += stretch.outputs;
    if (auto ok = growLogits(m_outputs); !ok) return ok;
    std::memcpy(m_input.mapped(), batch.ids.data(), batch.ids.size_bytes());
    m_inputUsed = aligned(batch.ids.size_bytes());

    const bool headless = m_outputs > 0 && !batch.logits && m_graph->logits != graph::kNoValue;
    std::size_t end = m_graph->nodes.size();
    if (headless) // without the last product and what follows it
        while (end > 0 && !std::holds_alternative<graph::Matmul>(m_graph->nodes[--end].op)) {}
    if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
    if (auto ok = m_commands.begin(); !ok) return ok;
    enter(batch);
    m_pending.clear();
    double work = 0;
    for (std::size_t i = 0; i < end; ++i) {
        const graph::Node& node = m_graph->nodes[i];
        const double more = workOf(*m_graph, node, batch);
        if (m_pace.full(work, more)) {
            if (auto ok = submit(work); !ok) return ok;
            if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
            if (auto ok = m_commands.begin(); !ok) return ok;
            m_pending.clear();
            work = 0;
        }
        work += more;
        m_sum = m_addsNext[i] && i + 1 < end ? &m_graph->nodes[i + 1] : nullptr;
        touch(node);
        if (m_sum) touch(*m_sum);
        if (m_pending.meets(m_touched)) {
            m_commands.barrier();
            m_pending.clear();
        }
        m_pending.add(m_touched);
        m_touched.clear();
        if (auto ok = std::visit([&](const auto& op) { return record(op, node); }, node.op); !ok) return ok;
        if (m_sum) ++i;
    }
    if (!m_graph->outputs.empty()) m_commands.barrier();
    leave();
    if (auto ok = submit(work); !ok) return ok;
    if (batch.logits && m_outputs > 0 && m_graph->logits != graph::kNoValue)
        std::memcpy(batch.logits, m_logits.mapped(), bytesOf(rows(m_graph->logits)));
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < batch.outputs.size(); ++i) {
        const std::uint64_t bytes = bytesOf(rows(m_graph->outputs[i]));
        std::memcpy(batch.outputs[i], m_results.mapped() + at, bytes);
        at += aligned(bytes);
    }
    return {};
}

void Executor::touch(const graph::Node& node)
{
    const auto of = [&](graph::ValueId id) {
        const Rows r = rows(id);
        const std::int64_t floats = r.count > 0 ? (r.count - 1) * r.stride + r.width : 0;
        return Range{r.data, r.data + static_cast<std::uint64_t>(floats) * sizeof(float)};
    };
    const auto whole = [](const Buffer& buffer) { return Range{buffer.address(), buffer.address() + buffer.size()}; };
    for (const graph::ValueId id : node.inputs) m_touched.reads.push_back(of(id));
    for (const graph::ValueId id : node.outputs) m_touched.writes.push_back(of(id));
    if (const auto* write = std::get_if<graph::CacheWrite>(&node.op)) {
        const LayerCache& layer = m_cache[static_cast<std::size_t>(write->layer)];
        m_touched.writes.insert(m_touched.writes.end(), {whole(layer.keys), whole(layer.values)});
    }
    if (const auto* attention = std::get_if<graph::Attention>(&node.op)) {
        const LayerCache& layer = m_cache[static_cast<std::size_t>(attention->layer)];
        m_touched.reads.insert(m_touched.reads.end(), {whole(layer.keys), whole(layer.values)});
    }
    const bool rounds = m_products.dots && std::holds_alternative<graph::Matmul>(node.op);
    if (rounds || std::holds_alternative<graph::Attention>(node.op) || std::holds_alternative<graph::ExpertMatmul>(node.op)) m_touched.writes.push_back(whole(m_scratch));
}

// A product whose result is only wanted for the sum that comes next adds it up itself, unless the sum would lie where others still read the product's input.
std::vector<bool> Executor::findSums() const
{
    const std::vector<graph::Node>& nodes = m_graph->nodes;
    std::vector<int> uses(m_graph->values.size());
    for (const graph::Node& node : nodes)
        for (const graph::ValueId id : node.inputs) ++uses[static_cast<std::size_t>(m_graph->owner(id))];
    for (const graph::ValueId id : m_graph->outputs) ++uses[static_cast<std::size_t>(id)];
    const auto place = [&](graph::ValueId id) {
        const auto v = static_cast<std::size_t>(id);
        return Range{m_plan.offsets[v], m_plan.offsets[v] + static_cast<std::uint64_t>(m_capacity.tokens * m_plan.strides[v]) * sizeof(float)};
    };
    std::vector<bool> found(nodes.size());
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
        const auto* matmul = std::get_if<graph::Matmul>(&nodes[i].op);
        if (!matmul || matmul->products.size() != 1 || !std::holds_alternative<graph::Add>(nodes[i + 1].op)) continue;
        const graph::ValueId product = nodes[i].outputs[0], x = nodes[i].inputs[0], y = nodes[i + 1].outputs[0];
        const auto& [a, b] = std::tie(nodes[i + 1].inputs[0], nodes[i + 1].inputs[1]);
        if ((a != product && b != product) || a == b || uses[static_cast<std::size_t>(product)] != 1) continue;
        const bool external = m_plan.offsets[static_cast<std::size_t>(y)] == graph::MemoryPlan::kExternal || m_plan.offsets[static_cast<std::size_t>(x)] == graph::MemoryPlan::kExternal;
        const Range from = place(x), to = place(y);
        found[i] = !external && (from.end <= to.begin || to.end <= from.begin);
    }
    return found;
}

Result<void> Executor::submit(double work)
{
    const auto begin = std::chrono::steady_clock::now();
    auto ok = m_commands.submitAndWait();
    m_pace.took(work, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return ok;
}

void Executor::enter(const backend::Batch& batch)
{
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        const Rows x = rows(m_graph->inputs[i]);
        const std::uint64_t bytes = bytesOf(x);
        if (bytes == 0) continue;
        std::memcpy(m_input.mapped() + m_inputUsed, batch.inputs[i], bytes);
        m_commands.copy(m_input, m_inputUsed, m_arena, x.data - m_arena.address(), bytes);
        m_inputUsed += aligned(bytes);
    }
    if (!batch.inputs.empty()) m_commands.barrier();
}

void Executor::leave()
{
    std::uint64_t at = 0;
    for (const graph::ValueId id : m_graph->outputs) {
        const Rows y = rows(id);
        const std::uint64_t bytes = bytesOf(y);
        if (bytes > 0) m_commands.copy(m_arena, y.data - m_arena.address(), m_results, at, bytes);
        at += aligned(bytes);
    }
}

template <class Visit> Result<void> Executor::overCache(std::int64_t sequence, std::int64_t positions, Visit&& visit) const
{
    for (const LayerCache& layer : m_cache)
        for (const auto& [buffer, row] : {std::pair(&layer.keys, layer.keyRow), std::pair(&layer.values, layer.valueRow)})
            if (auto ok = visit(*buffer, static_cast<std::uint64_t>(sequence * m_capacity.context * row), static_cast<std::uint64_t>(positions * row)); !ok) return ok;
    return {};
}

void Executor::copyCache(std::int64_t from, std::int64_t to, std::int64_t positions)
{
    if (positions == 0 || !m_commands.begin()) return;
    const std::uint64_t apart = static_cast<std::uint64_t>(to * m_capacity.context);
    for (const LayerCache& layer : m_cache)
        for (const auto& [buffer, row] : {std::pair(&layer.keys, layer.keyRow), std::pair(&layer.values, layer.valueRow)})
            m_commands.copy(*buffer, static_cast<std::uint64_t>(from * m_capacity.context * row), *buffer, apart * static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(positions * row));
    (void)m_commands.submitAndWait(); // a lost device is told by the next run
}

Result<void> Executor::readCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<const std::byte>)>& take) const
{
    return overCache(sequence, positions, [&](const Buffer& buffer, std::uint64_t first, std::uint64_t bytes) -> Result<void> {
        if (bytes == 0) return {};
        auto room = Buffer::create(m_context, bytes, Where::Read);
        if (!room) return std::unexpected(room.error());
        if (auto ok = m_commands.begin(); !ok) return ok;
        m_commands.copy(buffer, first, *room, 0, bytes);
        if (auto ok = m_commands.submitAndWait(); !ok) return ok;
        return take({room->mapped(), static_cast<std::size_t>(bytes)});
    });
}

Result<void> Executor::writeCache(std::int64_t sequence, std::int64_t positions, const std::function<Result<void>(std::span<std::byte>)>& fill)
{
    return overCache(sequence, positions, [&](const Buffer& buffer, std::uint64_t first, std::uint64_t bytes) -> Result<void> {
        if (bytes == 0) return {};
        auto room = Buffer::create(m_context, bytes, Where::Upload);
        if (!room) return std::unexpected(room.error());
        if (auto ok = fill({room->mapped(), static_cast<std::size_t>(bytes)}); !ok) return ok;
        if (auto ok = m_commands.begin(); !ok) return ok;
        m_commands.copy(*room, 0, buffer, first, bytes);
        return m_commands.submitAndWait();
    });
}

Result<void> Executor::record(const graph::Embed& op, const graph::Node& node)
{
    return getRows(m_commands, matrixOf(*op.table, m_weights), m_input.address(), rows(node.outputs[0]));
}

Result<void> Executor::record(const graph::Matmul& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    const bool rounds = std::ranges::any_of(op.products, [&](const graph::Product& product) { return takesRounded(m_products, *product.weight->format, x.count); });
    if (rounds) {
        if (auto ok = roundRows(m_commands, x, m_scratch.address()); !ok) return ok;
        m_commands.barrier();
    }
    for (std::size_t i = 0; i < op.products.size(); ++i) {
        const graph::Product& product = op.products[i];
        Addends addends{.bias = m_weights.atOr0(product.bias), .scale = product.scale, .rounded = rounds ? m_scratch.address() : 0};
        if (m_sum) {
            const Rows residual = rows(m_sum->inputs[m_sum->inputs[0] == node.outputs[i] ? 1 : 0]);
            addends.residual = residual.data;
            addends.residualStride = residual.stride;
        }
        const Rows y = rows(m_sum ? m_sum->outputs[0] : node.outputs[i]);
        if (auto ok = multiply(m_commands, m_products, matrixOf(*product.weight, m_weights), x, y, addends); !ok) return ok;
    }
    return {};
}

Result<void> Executor::record(const graph::RmsNorm& op, const graph::Node& node)
{
    return normalize(m_commands, false, rows(node.inputs[0]), rows(node.outputs[0]), op.size, m_weights.atOr0(op.weight), 0, op.eps);
}

Result<void> Executor::record(const graph::LayerNorm& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    return normalize(m_commands, true, x, rows(node.outputs[0]), x.width, m_weights.atOr0(op.weight), m_weights.atOr0(op.bias), op.eps);
}

Result<void> Executor::record(const graph::Add&, const graph::Node& node)
{
    return elementwise(m_commands, Elementwise::Add, rows(node.inputs[0]), rows(node.inputs[1]), rows(node.outputs[0]));
}

Result<void> Executor::record(const graph::Multiply&, const graph::Node& node)
{
    return elementwise(m_commands, Elementwise::Multiply, rows(node.inputs[0]), rows(node.inputs[1]), rows(node.outputs[0]));
}

Result<void> Executor::record(const graph::Gated& op, const graph::Node& node)
{
    const Elementwise what = op.activation == graph::Activation::Silu ? Elementwise::GatedSilu : Elementwise::GatedGelu;
    return elementwise(m_commands, what, rows(node.inputs[0]), rows(node.inputs[1]), rows(node.outputs[0]));
}

Result<void> Executor::record(const graph::Scale& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    return elementwise(m_commands, Elementwise::Scale, x, x, rows(node.outputs[0]), op.factor);
}

Result<void> Executor::record(const graph::SoftCap& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    return elementwise(m_commands, Elementwise::SoftCap, x, x, rows(node.outputs[0]), op.cap);
}

// Angles need double precision, which few cards have: the processor makes them.
Result<void> Executor::record(const graph::RopeTable& op, const graph::Node& node)
{
    const Rows y = rows(node.outputs[0]);
    assert(y.stride == op.params.dims);
    auto* table = reinterpret_cast<float*>(m_input.mapped() + m_inputUsed);
    const cpu::RopeParams params = angles(op.params);
    std::int64_t row = 0;
    for (const backend::Stretch& stretch : m_batch.stretches)
        for (std::int64_t t = 0; t < stretch.tokens; ++t) cpu::ropeTable(params, stretch.firstPosition + t, table + row++ * op.params.dims);
    const auto bytes = static_cast<std::uint64_t>(row * op.params.dims) * sizeof(float);
    m_commands.copy(m_input, m_inputUsed, m_arena, y.data - m_arena.address(), bytes);
    m_inputUsed += aligned(bytes);
    return {};
}

Result<void> Executor::record(const graph::Rope& op, const graph::Node& node)
{
    return rotate(m_commands, rows(node.outputs[0]), rows(node.inputs[1]), op.headSize, op.params.dims, op.params.neox);
}

Result<void> Executor::record(const graph::CacheWrite& op, const graph::Node& node)
{
    const Rows k = rows(node.inputs[0]), v = rows(node.inputs[1]);
    const LayerCache& layer = m_cache[static_cast<std::size_t>(op.layer)];
    std::int64_t first = 0;
    for (const backend::Stretch& stretch : m_batch.stretches) {
        const std::int64_t row = stretch.sequence * m_capacity.context + stretch.firstPosition;
        auto ok = vulkan::writeCache(m_commands, m_capacity.key, k.from(first, stretch.tokens), layer.keys.address() + static_cast<VkDeviceAddress>(row * layer.keyRow));
        if (ok) ok = vulkan::writeCache(m_commands, m_capacity.value, v.from(first, stretch.tokens), layer.values.address() + static_cast<VkDeviceAddress>(row * layer.valueRow));
        if (!ok) return ok;
        first += stretch.tokens;
    }
    return {};
}

Result<void> Executor::record(const graph::Attention& op, const graph::Node& node)
{
    const Rows q = rows(node.inputs[0]), y = rows(node.outputs[0]);
    const bool outputsOnly = m_graph->values[static_cast<std::size_t>(node.inputs[0])].rows == graph::Rows::Outputs;
    const LayerCache& layer = m_cache[static_cast<std::size_t>(op.layer)];
    std::int64_t row = 0;
    for (const backend::Stretch& stretch : m_batch.stretches) {
        const std::int64_t queries = outputsOnly ? stretch.outputs : stretch.tokens; // the last ones
        const std::int64_t begin = stretch.sequence * m_capacity.context;
        const Attending attending{.q = q.from(row, queries),
                                  .out = y.from(row, queries),
                                  .keys = layer.keys.address() + static_cast<VkDeviceAddress>(begin * layer.keyRow),
                                  .values = layer.values.address() + static_cast<VkDeviceAddress>(begin * layer.valueRow),
                                  .sinks = m_weights.atOr0(op.sinks),
                                  .pieces = m_scratch.address(),
                                  .firstPosition = stretch.firstPosition + stretch.tokens - queries,
                                  .key = m_capacity.key,
                                  .value = m_capacity.value};
        if (row > 0) m_commands.barrier(); // the scratch has been used
        if (auto ok = attend(m_commands, m_attention, op, attending); !ok) return ok;
        row += queries;
    }
    return {};
}

Result<void> Executor::record(const graph::SelectOutputs&, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]), y = rows(node.outputs[0]);
    std::int64_t end = 0, to = 0;
    for (const backend::Stretch& stretch : m_batch.stretches) {
        end += stretch.tokens;
        for (std::int64_t from = end - stretch.outputs; from < end; ++from, ++to)
            m_commands.copy(m_arena, x.from(from, 1).data - m_arena.address(), m_arena, y.from(to, 1).data - m_arena.address(), static_cast<std::uint64_t>(y.width) * sizeof(float));
    }
    return {};
}

Result<void> Executor::record(const graph::ExpertMatmul& op, const graph::Node& node)
{
    const Rows x = rows(node.inputs[0]);
    const Choices choices{rows(node.inputs[1]).data, op.used, op.perChoice, m_scratch.address()};
    if (const std::int64_t experts = op.weights.front()->experts(); !areFew(m_products, choices, x.count, experts)) {
        if (auto ok = groupChoices(m_commands, choices, x.count, experts); !ok) return ok;
        m_commands.barrier();
    }
    for (std::size_t i = 0; i < op.weights.size(); ++i)
        if (auto ok = multiplyExperts(m_commands, m_products, matrixOf(*op.weights[i], m_weights), x, choices, rows(node.outputs[i])); !ok) return ok;
    return {};
}

Result<void> Executor::record(const graph::Softmax&, const graph::Node& node) { return softmax(m_commands, rows(node.outputs[0])); }

Result<void> Executor::record(const graph::TopExperts& op, const graph::Node& node)
{
    return topExperts(m_commands, rows(node.inputs[0]), rows(node.outputs[0]).data, rows(node.outputs[1]).data, op.used, op.normalize);
}

Result<void> Executor::record(const graph::WeightedSum&, const graph::Node& node)
{
    return weightedSum(m_commands, rows(node.inputs[0]), rows(node.inputs[1]), rows(node.outputs[0]));
}

Result<std::unique_ptr<backend::Backend>> makeVulkanBackend(const BackendOptions& options)
{
    auto context = Context::open({.id = options.device, .software = options.software, .testing = options.testing});
    if (!context) return std::unexpected(context.error());
    return std::make_unique<Executor>(std::move(*context), options);
}

} // namespace corral::vulkan
