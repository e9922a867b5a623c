#include "core/generate/offloading.h"

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/staged.h"
#include "core/backend/vulkan/card_traces.h"
#include "core/backend/vulkan/devices.h"
#include "core/backend/vulkan/vulkan_backend.h"
#include "core/generate/model_bytes.h"
#include "core/generate/placement.h"

#include <algorithm>
#include <format>
#include <tuple>

namespace corral::generate {

namespace {

// Those that the options mean; none where Vulkan is not to be had. Nobody who asked for nothing waits for drivers that have nothing to drive.
Cards foundCards(const Offload& offload)
{
    if (offload.layers == Offload::kAuto && offload.devices.empty() && !offload.software && !vulkan::hasCardTraces()) return {};
    if (const auto all = vulkan::devices()) return cardsFor(offload, *all);
    else return {.cards = {}, .note = offload.layers != Offload::kAuto || !offload.devices.empty() ? all.error().message : std::string()};
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
        const Offload& offload = m_options.offload;
        Plan plan;
        if (offload.layers != 0 && offload.cards && m_options.observer) {
            if (offload.layers != Offload::kAuto) plan.note = "what is multiplied with the weights is watched, which only the processor does";
        } else if (offload.layers != 0 && offload.cards) {
            Cards found = foundCards(offload);
            m_cards = std::move(found.cards);
            plan = planLayers(m_model, offload, m_cards);
            if (plan.note.empty()) plan.note = std::move(found.note);
        }
        for (int copies = 0; plan.layers > 0;) {
            m_copying = m_full = false;
            auto placed = onCards(plan);
            if (placed || placed.error().code == ErrorCode::Cancelled) return placed;
            copies += m_copying;
            plan = fewer(plan, placed.error(), copies);
        }
        PlacedGraph placed{.backend = cpu::makeCpuBackend(m_pool), .placement = {.modelLayers = m_layers, .note = plan.note}};
        placed.backend->observe(m_options.observer);
        if (auto ok = placed.backend->prepare(m_graph, m_capacity); !ok) return std::unexpected(ok.error());
        return placed;
    }

private:
    // After a plan that failed. A card that is full has said what it gives: nothing was copied then. One that fails while weights are copied may have promised
    // memory that it does not have: it is asked for half, once.
    Plan fewer(const Plan& failed, const Error& error, int copies) const
    {
        constexpr int kMostCopies = 2;
        const int most = m_copying ? (copies < kMostCopies ? failed.layers / 2 : 0) : m_full ? failed.layers - 1 : 0;
        Plan plan = planLayers(m_model, m_options.offload, m_cards, most);
        plan.note = plan.layers > 0 ? std::format("{}: {} of {} layers are computed there", error.message, plan.layers, m_layers) : error.message;
        return plan;
    }

    Result<PlacedGraph> onCards(const Plan& plan)
    {
        const std::vector<int>& places = plan.places;
        PlacedGraph placed;
        placed.placement.modelLayers = m_layers;
        placed.placement.layers = plan.layers;
        placed.placement.note = plan.note;
        placed.placement.places.assign(places.size(), -1);
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] >= 0) bytes += m_model.layers[i].weights;
        m_upload.begin(bytes);

        std::vector<backend::Stage> stages;
        std::vector<const backend::Backend*> made(m_cards.size()); // by card
        const auto first = std::ranges::find_if(places, [](int place) { return place >= 0; });
        stages.push_back({cpu::makeCpuBackend(m_pool), static_cast<int>(first - places.begin())});
        std::uint64_t given = 0; // by a card that is full
        std::size_t full = m_cards.size();
        for (std::size_t c = 0; c < m_cards.size(); ++c) {
            DevicePart part{.id = m_cards[c].id, .name = m_cards[c].name};
            for (std::size_t i = 0; i < places.size(); ++i) {
                if (places[i] != static_cast<int>(c)) continue;
                placed.placement.places[i] = static_cast<int>(placed.placement.devices.size()); // cards without any layer are left out there
                ++part.layers;
                part.weightBytes += m_model.layers[i].weights;
                part.cacheBytes += m_model.layers[i].cache;
            }
            if (part.layers == 0) continue;
            auto card = vulkan::makeVulkanBackend({.device = part.id,
                                                   .software = m_options.offload.software,
                                                   .pipelineFolder = m_options.offload.cacheFolder,
                                                   .full = [&given, &full, c](std::uint64_t bytes) { std::tie(given, full) = std::pair(bytes, c); },
                                                   .stop = m_watch.stop,
                                                   .uploaded = [this](std::uint64_t more) { m_upload.add(more); },
                                                   .testing = m_options.offload.testing});
            if (!card) return std::unexpected(card.error());
            made[c] = card->get();
            stages.push_back({std::move(*card), part.layers});
            placed.placement.devices.push_back(std::move(part));
        }
        if (places.back() < 0) stages.push_back({cpu::makeCpuBackend(m_pool), 1}); // the output
        placed.backend = backend::makeStagedBackend(std::move(stages));
        auto ok = placed.backend->prepare(m_graph, m_capacity);
        m_full = !ok && full < m_cards.size();
        if (m_full) {
            m_cards[full].free = given;
            m_cards[full].compute = made[full]->computeBytes();
        }
        if (ok) {
            m_copying = true;
            ok = placed.backend->fill();
        }
        if (!ok) return std::unexpected(ok.error());
        std::erase(made, nullptr);
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
    bool m_copying = false; // the weights; all of them have their room
    bool m_full = false;    // a card is: the processor's own memory is not helped by fewer layers there
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
