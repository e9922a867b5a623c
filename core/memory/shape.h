#pragma once
// What a model file's header says about the sizes of its model: enough for every estimate, also for architectures that the engine
// cannot run. Reads no weights.
#include "core/gguf/file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::memory {

enum class Role { Embedding, Attention, FeedForward, Experts, Recurrent, Norm, Output, Other };
inline constexpr Role kRoles[] = {Role::Embedding, Role::Attention, Role::FeedForward, Role::Experts,
                                  Role::Recurrent, Role::Norm,      Role::Output,      Role::Other};
std::string_view idOf(Role role);   // "feed_forward"
std::string_view nameOf(Role role); // "feed-forward"

Role roleOf(std::string_view tensorName);
int layerOf(std::string_view tensorName); // of "blk.7.attn_q.weight": 7; −1: of no layer

struct TensorSize {
    std::string name;
    std::uint32_t type = 0; // quant::Format id
    Role role = Role::Other;
    int layer = -1;
    std::uint64_t in = 0, out = 0, matrices = 1; // [in, out] for each expert; a vector has out 1
    std::uint64_t bytes = 0;
    std::uint64_t parameters() const { return in * out * matrices; }
};

// How a layer remembers what came before.
enum class Memory {
    Full,      // keys and values of every position
    Window,    // of the last few
    Latent,    // one compressed row a position (MLA)
    Recurrent, // a state of fixed size
    None,      // the cache of another layer, or nothing (encoders)
};

struct LayerShape {
    Memory memory = Memory::Full;
    std::uint64_t keys = 0, values = 0; // numbers a position
    std::uint64_t state = 0;            // f32 values a sequence, of recurrent layers
};

struct ModelShape {
    std::string architecture;
    std::uint64_t parameters = 0, weightBytes = 0;
    std::uint64_t embedding = 0, heads = 0, feedForward = 0, vocabulary = 0; // D, H, F (of all experts used at once), V; 0: unknown
    std::uint64_t merges = 0; // of a byte-pair vocabulary
    std::uint64_t experts = 0, expertsUsed = 0;
    std::uint64_t trainingContext = 0, window = 0;
    std::vector<LayerShape> layers;
    std::vector<TensorSize> tensors;
    std::uint64_t headerBytes = 0;   // of the files: everything before the weights
    std::uint64_t metadataBytes = 0; // the keys once they are read
};

// Nothing is refused: what the header does not say stays 0.
ModelShape shapeOf(const gguf::File& file);

} // namespace corral::memory
