#include "core/generate/placement.h"

#include "core/backend/cpu/footprint.h"
#include "core/backend/vulkan/devices.h"
#include "core/base/memory_status.h"
#include "core/generate/default_context.h"
#include "core/generate/model_bytes.h"
#include "core/graph/memory_plan.h"
#include "core/graph/split.h"
#include "core/model/model.h"

#include <algorithm>

namespace corral::generate {

namespace {

// Weights pass through a staging buffer, and a batch's ids, angles and logits through others.
constexpr std::uint64_t kPassing = std::uint64_t(32) << 20;

} // namespace

std::vector<std::uint64_t> ModelBytes::perLayer() const
{
    std::vector<std::uint64_t> bytes;
    for (const LayerBytes& layer : layers) bytes.push_back(layer.all());
    return bytes;
}

Result<ModelBytes> modelBytes(const graph::Graph& graph, const backend::Capacity& capacity)
{
    const auto caches = cpu::planCache(graph, capacity); // a card keeps the same rows
    if (!caches) return std::unexpected(caches.error());
    const auto starts = graph::layerStarts(graph);
    ModelBytes model;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : graph.nodes.size();
        LayerBytes layer{.weights = graph::weightBytes(graph, starts[i], end)};
        if (i < caches->layers.size()) layer.cache = caches->layers[i].bytes * static_cast<std::uint64_t>(capacity.sequences);
        model.layers.push_back(layer);
    }
    model.computeBytes = graph::planMemory(graph, capacity.tokens).bytes + kPassing;
    return model;
}

Result<ModelBytes> modelBytes(std::shared_ptr<const gguf::File> file, const SessionOptions& options, int sequences)
{
    if (options.contextLength < 0 || options.batch < 1 || sequences < 1)
        return fail(ErrorCode::InvalidArgument, "context {}, batch {} and {} sequences make no session", options.contextLength, options.batch, sequences);
    const auto loaded = model::loadModel(std::move(file));
    if (!loaded) return std::unexpected(loaded.error());
    const auto trained = static_cast<int>(std::min<std::int64_t>(loaded->config.context, std::numeric_limits<int>::max()));
    const int context = options.contextLength > 0 ? options.contextLength : std::max(1, defaultContext(trained));
    const auto most = std::min<std::int64_t>(options.batch, std::int64_t(context) * sequences);
    return modelBytes(loaded->model->write({.contextLength = context}), {.tokens = std::max<std::int64_t>(most, sequences),
                                                                         .context = context,
                                                                         .sequences = sequences,
                                                                         .key = static_cast<backend::CacheType>(options.cacheK),
                                                                         .value = static_cast<backend::CacheType>(options.cacheV)});
}

std::uint64_t cardFree(const vulkan::DeviceInfo& card)
{
    const std::uint64_t free = card.freeMemory > 0 ? card.freeMemory : card.memory / 5 * 4, available = memoryStatus().available;
    return card.unified && available > 0 ? std::min(free, available) : free;
}

bool takenByItself(const vulkan::DeviceInfo& card) { return card.type != vulkan::DeviceType::Integrated; }

std::uint64_t cardMargin(std::uint64_t free)
{
    constexpr std::uint64_t kLeast = std::uint64_t(512) << 20;
    return std::max(kLeast, free / 20);
}

int layersThatFit(const ModelBytes& model, std::span<const std::uint64_t> free)
{
    std::vector<DeviceRoom> rooms;
    for (const std::uint64_t bytes : free) rooms.push_back({.free = bytes, .fixed = model.computeBytes + cardMargin(bytes)});
    return gpuLayersThatFit(model.perLayer(), rooms);
}

std::uint64_t cardBytes(const ModelBytes& model, int layers)
{
    std::uint64_t bytes = layers > 0 ? model.computeBytes : 0;
    const std::size_t count = std::min(model.layers.size(), static_cast<std::size_t>(std::max(layers, 0)));
    for (const LayerBytes& layer : std::span(model.layers).last(count)) bytes += layer.all();
    return bytes;
}

} // namespace corral::generate
