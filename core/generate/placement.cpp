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
#include <format>

namespace corral::generate {

namespace {

// Weights pass through a staging buffer, and a batch's ids, angles and logits through others.
constexpr std::uint64_t kPassing = std::uint64_t(32) << 20;

// A piece on a card is a little larger than what lies there: shaders read whole words.
constexpr std::uint64_t kBehind = 64;

std::string gigabytes(std::uint64_t bytes) { return std::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

std::string namesOf(std::span<const Card> cards) { return cards.size() == 1 ? cards.front().name : std::string("the graphics cards"); }

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
        const graph::WeightBytes weights = graph::weightBytes(graph, starts[i], end);
        LayerBytes layer{.weights = weights.all, .largest = weights.largest};
        if (i < caches->layers.size()) {
            const cpu::CachePlace& place = caches->layers[i];
            const auto sequences = static_cast<std::uint64_t>(capacity.sequences);
            layer.cache = place.bytes * sequences;
            layer.largest = std::max({layer.largest, (place.values - place.keys) * sequences, (place.keys + place.bytes - place.values) * sequences});
        }
        model.layers.push_back(layer);
    }
    if (graph.logits != graph::kNoValue && !model.layers.empty()) { // of every token, if they are wanted
        const auto width = static_cast<std::uint64_t>(graph.values[static_cast<std::size_t>(graph.logits)].width);
        model.layers.back().largest = std::max(model.layers.back().largest, static_cast<std::uint64_t>(capacity.tokens) * width * sizeof(float));
    }
    model.largestCompute = graph::planMemory(graph, capacity.tokens).bytes;
    model.computeBytes = model.largestCompute + kPassing;
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

Cards cardsFor(const Offload& offload, std::span<const vulkan::DeviceInfo> all)
{
    Cards chosen;
    const auto take = [&](const vulkan::DeviceInfo& info) {
        const std::uint64_t largest = info.largestAllocation > 0 ? info.largestAllocation : ~std::uint64_t(0);
        chosen.cards.push_back({.id = info.id, .name = info.name, .free = std::min(cardFree(info), offload.testing.free), .largest = std::min(largest, offload.testing.largest)});
    };
    for (const std::string& id : offload.devices) {
        const auto named = std::ranges::find(all, id, &vulkan::DeviceInfo::id);
        if (named == all.end()) chosen.note = std::format("there is no graphics card {}", id);
        else if (!named->unusable.empty() && named->type != vulkan::DeviceType::Software) chosen.note = std::format("{}: {}", named->name, named->unusable);
        else if (!std::ranges::contains(chosen.cards, id, &Card::id)) take(*named);
    }
    if (!offload.devices.empty()) return chosen;
    const bool automatic = offload.layers == Offload::kAuto;
    const auto usable = [&](const vulkan::DeviceInfo& info) {
        if (automatic && !takenByItself(info)) return false;
        return info.unusable.empty() || (offload.software && info.type == vulkan::DeviceType::Software);
    };
    if (const auto best = std::ranges::find_if(all, usable); best != all.end()) take(*best);
    else if (!automatic) chosen.note = "no graphics card of this machine can compute";
    return chosen;
}

Plan planLayers(const ModelBytes& model, const Offload& offload, std::span<const Card> cards, int most)
{
    const std::size_t count = model.layers.size();
    Plan plan{.places = std::vector<int>(count, -1), .wished = std::vector<int>(count, -1), .note = {}};
    if (cards.empty() || !offload.cards || offload.layers == 0) return plan;
    const bool automatic = offload.layers == Offload::kAuto;

    // What no card, or not every one, gives in one piece stays on the processor: the output alone, or a layer and all before it.
    const Card& narrowest = *std::ranges::min_element(cards, {}, &Card::largest);
    const auto fitsInOnePiece = [&](std::uint64_t bytes) { return bytes < narrowest.largest && bytes + kBehind <= narrowest.largest; };
    const std::size_t end = count > 0 && !fitsInOnePiece(model.layers.back().largest) ? count - 1 : count;
    std::size_t begin = end;
    while (begin > 0 && fitsInOnePiece(model.layers[begin - 1].largest) && fitsInOnePiece(model.largestCompute)) --begin;

    std::vector<DeviceRoom> rooms;
    for (const Card& card : cards)
        rooms.push_back({.free = card.free, .fixed = (card.compute > 0 ? card.compute : model.computeBytes) + (automatic ? cardMargin(card.free) : 0)});
    const auto bytes = model.perLayer();
    const int possible = static_cast<int>(end - begin), fit = gpuLayersThatFit(std::span(bytes).subspan(begin, end - begin), rooms);
    const bool nothingForNamed = automatic && fit == 0 && !offload.devices.empty();
    const int all = static_cast<int>(count), asked = offload.layers < 0 ? all : std::min(offload.layers, all);
    const int wished = std::clamp(asked - static_cast<int>(count - end), 0, possible);
    plan.layers = std::min({wished, fit, std::max(most, 0)});
    if (std::min(wished, fit) < asked && (!automatic || nothingForNamed)) { // whoever asks for `most` has a reason to tell
        if (fit < wished) {
            std::uint64_t free = 0;
            for (const Card& card : cards) free += card.free;
            plan.note = std::format("only {} are free on {}", gigabytes(free), namesOf(cards));
        } else if (!fitsInOnePiece(model.largestCompute)) {
            plan.note = std::format("{} gives {} in one piece, computing so many tokens at once takes {}", narrowest.name, gigabytes(narrowest.largest), gigabytes(model.largestCompute));
        } else {
            const std::size_t stays = end < count ? end : begin - 1;
            plan.note = std::format("{} gives {} in one piece, {} has one of {}", narrowest.name, gigabytes(narrowest.largest),
                                    stays + 1 == count ? std::string("the output") : std::format("layer {}", stays), gigabytes(model.layers[stays].largest));
        }
        plan.note += std::format(": {} of {} layers are computed there", plan.layers, all);
    }
    std::ranges::copy(placeLayers(end - begin, plan.layers, rooms), plan.places.begin() + static_cast<std::ptrdiff_t>(begin));
    std::ranges::copy(placeLayers(end - begin, wished, rooms), plan.wished.begin() + static_cast<std::ptrdiff_t>(begin));
    return plan;
}

std::uint64_t cardBytes(const ModelBytes& model, int layers)
{
    std::uint64_t bytes = layers > 0 ? model.computeBytes : 0;
    const std::size_t count = std::min(model.layers.size(), static_cast<std::size_t>(std::max(layers, 0)));
    for (const LayerBytes& layer : std::span(model.layers).last(count)) bytes += layer.all();
    return bytes;
}

} // namespace corral::generate
