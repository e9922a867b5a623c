#include "core/generate/offloading.h"

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/staged.h"
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/vulkan_backend.h"
#include "core/generate/model_bytes.h"
#include "core/generate/placement.h"

#include <algorithm>
#include <format>

namespace corral::generate {

namespace {

struct Card {
    vulkan::DeviceInfo info;
    std::uint64_t free = 0;
};

std::string gigabytes(std::uint64_t bytes) { return std::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

// The cards that the options name, or the best one; none, with the reason in `note`.
std::vector<Card> chosenCards(const Offload& offload, std::string& note)
{
    const bool asked = offload.layers != Offload::kAuto || !offload.devices.empty();
    const auto all = vulkan::devices();
    if (!all) {
        if (asked) note = all.error().message;
        return {};
    }
    std::vector<Card> cards;
    const auto take = [&](const vulkan::DeviceInfo& info) { cards.push_back({info, std::min(cardFree(info), offload.testing.free)}); };
    for (const std::string& id : offload.devices) {
        const auto named = std::ranges::find(*all, id, &vulkan::DeviceInfo::id);
        if (named == all->end()) note = std::format("there is no graphics card {}", id);
        else if (!named->unusable.empty() && named->type != vulkan::DeviceType::Software) note = std::format("{}: {}", named->name, named->unusable);
        else if (std::ranges::none_of(cards, [&](const Card& card) { return card.info.id == id; })) take(*named);
    }
    if (!offload.devices.empty()) return cards;
    const auto usable = [&](const vulkan::DeviceInfo& info) {
        if (offload.layers == Offload::kAuto && !takenByItself(info)) return false;
        return info.unusable.empty() || (offload.software && info.type == vulkan::DeviceType::Software);
    };
    if (const auto best = std::ranges::find_if(*all, usable); best != all->end()) take(*best);
    else if (asked) note = "no graphics card of this machine can compute";
    return cards;
}

// Tells how much of the weights lies on the cards, now and then; a second attempt begins to tell where the first one ended.
class Upload {
public:
    explicit Upload(const LoadWatch& watch) : m_watch(watch) {}
    void begin(std::uint64_t bytes)
    {
        m_bytes = bytes;
        m_done = 0;
    }
    void add(std::uint64_t more)
    {
        constexpr double kStep = 0.01;
        m_done += more;
        const double part = std::min(1.0, static_cast<double>(m_done) / static_cast<double>(std::max<std::uint64_t>(m_bytes, 1)));
        if (!m_watch.progress || part < m_told + kStep) return;
        m_told = part;
        m_watch.progress(part);
    }

private:
    const LoadWatch& m_watch;
    std::uint64_t m_bytes = 0, m_done = 0;
    double m_told = 0;
};

class Placing {
public:
    Placing(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity, const SessionOptions& options, ThreadPool& pool, const LoadWatch& watch, ModelBytes model)
        : m_graph(std::move(graph)), m_capacity(capacity), m_options(options), m_pool(pool), m_watch(watch), m_model(std::move(model)), m_layers(static_cast<int>(m_model.layers.size()))
    {
    }

    Result<PlacedGraph> place()
    {
        std::string note;
        int layers = 0;
        if (m_options.offload.layers != 0 && m_options.offload.cards) {
            if (m_options.observer) note = m_options.offload.layers == Offload::kAuto ? "" : "what is multiplied with the weights is watched, which only the processor does";
            else m_cards = chosenCards(m_options.offload, note);
            layers = wanted(note);
        }
        while (layers > 0) {
            auto placed = onCards(layers);
            if (placed) {
                placed->placement.note = note;
                return placed;
            }
            if (placed.error().code == ErrorCode::Cancelled) return placed;
            const int fewer = placed.error().code == ErrorCode::OutOfMemory ? layers - std::max(1, layers / 4) : 0;
            note = fewer > 0 ? std::format("{}: {} of {} layers are computed there", placed.error().message, fewer, m_layers) : placed.error().message;
            layers = fewer;
        }
        PlacedGraph placed{.backend = cpu::makeCpuBackend(m_pool), .placement = {.modelLayers = m_layers, .note = note}};
        placed.backend->observe(m_options.observer);
        if (auto ok = placed.backend->prepare(m_graph, m_capacity); !ok) return std::unexpected(ok.error());
        return placed;
    }

private:
    // As many as are asked for and as memory holds.
    int wanted(std::string& note) const
    {
        if (m_cards.empty()) return 0;
        const int fit = gpuLayersThatFit(m_model.perLayer(), rooms());
        const bool automatic = m_options.offload.layers == Offload::kAuto;
        const bool nothingForNamed = automatic && fit == 0 && !m_options.offload.devices.empty();
        if (automatic && !nothingForNamed) return fit;
        const int asked = automatic || m_options.offload.layers == Offload::kAll ? m_layers : std::clamp(m_options.offload.layers, 0, m_layers);
        if (asked <= fit) return asked;
        std::uint64_t all = 0;
        for (const Card& card : m_cards) all += card.free;
        note = std::format("only {} are free on {}: {} of {} layers are computed there", gigabytes(all), m_cards.size() == 1 ? m_cards.front().info.name : "the graphics cards", fit, m_layers);
        return fit;
    }

    // As layersThatFit() reckons them.
    std::vector<DeviceRoom> rooms() const
    {
        std::vector<DeviceRoom> rooms;
        for (const Card& card : m_cards)
            rooms.push_back({.free = card.free, .fixed = m_model.computeBytes + (m_options.offload.layers == Offload::kAuto ? cardMargin(card.free) : 0)});
        return rooms;
    }

    Result<PlacedGraph> onCards(int layers)
    {
        const std::vector<int> places = placeLayers(m_model.layers.size(), layers, rooms());
        PlacedGraph placed;
        placed.placement.modelLayers = m_layers;
        placed.placement.layers = layers;
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] >= 0) bytes += m_model.layers[i].weights;
        m_upload.begin(bytes);

        std::vector<backend::Stage> stages;
        std::vector<const backend::Backend*> made; // of the cards, in the placement's order
        stages.push_back({cpu::makeCpuBackend(m_pool), static_cast<int>(std::ranges::count(places, -1))});
        for (int c = 0; c < static_cast<int>(m_cards.size()); ++c) {
            DevicePart part{.id = m_cards[static_cast<std::size_t>(c)].info.id, .name = m_cards[static_cast<std::size_t>(c)].info.name};
            for (std::size_t i = 0; i < places.size(); ++i) {
                if (places[i] != c) continue;
                ++part.layers;
                part.weightBytes += m_model.layers[i].weights;
                part.cacheBytes += m_model.layers[i].cache;
            }
            if (part.layers == 0) continue;
            auto card = vulkan::makeVulkanBackend({.device = part.id,
                                                   .software = m_options.offload.software,
                                                   .pipelineFolder = m_options.offload.cacheFolder,
                                                   .stop = m_watch.stop,
                                                   .uploaded = [this](std::uint64_t more) { m_upload.add(more); },
                                                   .testing = m_options.offload.testing});
            if (!card) return std::unexpected(card.error());
            made.push_back(card->get());
            stages.push_back({std::move(*card), part.layers});
            placed.placement.devices.push_back(std::move(part));
        }
        placed.backend = backend::makeStagedBackend(std::move(stages));
        if (auto ok = placed.backend->prepare(m_graph, m_capacity); !ok) return std::unexpected(ok.error());
        for (std::size_t i = 0; i < made.size(); ++i) placed.placement.devices[i].computeBytes = made[i]->computeBytes();
        return placed;
    }

    const std::shared_ptr<const graph::Graph> m_graph;
    const backend::Capacity m_capacity;
    const SessionOptions& m_options;
    ThreadPool& m_pool;
    const LoadWatch& m_watch;
    Upload m_upload{m_watch};
    const ModelBytes m_model;
    const int m_layers;
    std::vector<Card> m_cards;
};

} // namespace

Result<PlacedGraph> placeGraph(std::shared_ptr<const graph::Graph> graph, const backend::Capacity& capacity, const SessionOptions& options, ThreadPool& pool,
                               const LoadWatch& watch)
{
    auto model = modelBytes(*graph, capacity);
    if (!model) return std::unexpected(model.error());
    return Placing(std::move(graph), capacity, options, pool, watch, std::move(*model)).place();
}

} // namespace corral::generate
