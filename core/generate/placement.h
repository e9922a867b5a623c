#pragma once
// Which layers of a model graphics cards take: what each would need there, and what becomes of a wish. Pure: for sliders and estimates as well as for sessions.
//
//   auto bytes = modelBytes(file, {.contextLength = 8192});             // the header is enough
//   auto cards = cardsFor(offload, *vulkan::devices()).cards;
//   auto plan = planLayers(*bytes, offload, cards);                     // plan.places: by layer
//   cardBytes(*bytes, 12)                                               // what the last 12 layers take
#include "core/generate/layer_places.h"
#include "core/generate/session.h"

#include <limits>
#include <span>
#include <vector>

namespace corral::vulkan {
struct DeviceInfo;
}

namespace corral::generate {

struct LayerBytes {
    std::uint64_t weights = 0, cache = 0;
    std::uint64_t largest = 0; // of what must lie in one piece: a tensor, or the keys of all sequences
    std::uint64_t all() const { return weights + cache; }
};

struct ModelBytes {
    std::vector<LayerBytes> layers;  // the output is the last one
    std::uint64_t computeBytes = 0;  // besides, on every card that has a layer
    std::uint64_t largestCompute = 0; // of them in one piece

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

// A card that layers may go to.
struct Card {
    std::string id, name;
    std::uint64_t free = 0;                    // bytes it can give
    std::uint64_t largest = ~std::uint64_t(0); // of them in one piece
    std::uint64_t compute = 0;                 // what a part of the model takes there besides its layers; 0: ModelBytes::computeBytes
};
struct Cards {
    std::vector<Card> cards;
    std::string note; // what is the matter with those that were wished for
};
// Those that a wish names, in its order, or else the best one. `all` as vulkan::devices() has them.
Cards cardsFor(const Offload& offload, std::span<const vulkan::DeviceInfo> all);

struct Plan {
    std::vector<int> places; // by layer: −1 the processor, else the card's number
    int layers = 0;          // on cards
    std::vector<int> wished; // the places if cards had memory enough: for whoever shows what is missing
    std::string note;        // why there are fewer than wished for; empty: as wished, or as many as there is room for was the wish
};
// The most layers up to the wish, and to `most`, that fit, the last ones first; the output stays behind where a card does not give so much in one piece.
Plan planLayers(const ModelBytes& model, const Offload& offload, std::span<const Card> cards, int most = std::numeric_limits<int>::max());

// What one card needs for the last `layers`.
std::uint64_t cardBytes(const ModelBytes& model, int layers);

} // namespace corral::generate
