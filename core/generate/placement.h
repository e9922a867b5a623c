#pragma once
// How many layers of a model a graphics card takes: what each would need there, and how many fit. Pure: for sliders and estimates as well as for sessions.
//
//   auto bytes = modelBytes(file, {.contextLength = 8192});         // the header is enough
//   int chosen = layersThatFit(*bytes, {{24ull << 30}});            // what Offload::kAuto would choose for a card with so much free
//   cardBytes(*bytes, 12)                                           // what the last 12 layers take
#include "core/generate/layer_places.h"
#include "core/generate/session.h"

#include <span>
#include <vector>

namespace corral::vulkan {
struct DeviceInfo;
}

namespace corral::generate {

struct LayerBytes {
    std::uint64_t weights = 0, cache = 0;
    std::uint64_t all() const { return weights + cache; }
};

struct ModelBytes {
    std::vector<LayerBytes> layers;  // the output is the last one
    std::uint64_t computeBytes = 0;  // besides, on every card that has a layer

    std::vector<std::uint64_t> perLayer() const;
};

// Of a session (or `sequences` that compute together) with these options. Errors as LoadedModel::load() and, for the cache, Session::create().
Result<ModelBytes> modelBytes(std::shared_ptr<const gguf::File> file, const SessionOptions& options, int sequences = 1);

// What a card can give, as far as can be known: where its driver does not tell, a fifth of it is taken for what others have; of memory that it shares with the
// machine, no more than the machine has left.
std::uint64_t cardFree(const vulkan::DeviceInfo& card);

// Whether kAuto gives a card layers that nobody named: not where it is a part of the processor, whose memory it reads no faster.
bool takenByItself(const vulkan::DeviceInfo& card);

// What kAuto leaves free on a card: other programs draw there, and drivers keep something for themselves. max(512 MiB, 5 %)
std::uint64_t cardMargin(std::uint64_t free);

// What kAuto chooses for cards with so many free bytes: the most layers, the last ones first.
int layersThatFit(const ModelBytes& model, std::span<const std::uint64_t> free);
// What one card needs for the last `layers`.
std::uint64_t cardBytes(const ModelBytes& model, int layers);

} // namespace corral::generate
