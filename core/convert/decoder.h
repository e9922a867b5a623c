#pragma once
// What nearly all families share: the keys of a decoder-only transformer, and its tensors under their usual names.
#include "core/convert/rope.h"

#include <initializer_list>

namespace corral::convert {

struct DecoderSizes {
    std::int64_t layers = 0, embedding = 0, feedForward = 0, heads = 0, kvHeads = 0, headSize = 0;
};

struct DecoderKeys {
    bool ownHeadSize = true; // config.json's head_dim counts; else the embedding is divided by the heads
    bool writeHeadSize = true;
    std::initializer_list<std::string_view> activations = {"silu", "swish"}; // what the architecture can express
};
// Context, sizes, heads, eps; refuses pre-quantized weights and other activations.
DecoderSizes writeDecoderKeys(Conversion& c, const DecoderKeys& keys = {});

// Refuses layers with a sliding window, for architectures that have none.
void refuseSlidingWindow(Conversion& c, const DecoderSizes& sizes);

// attention.sliding_window: 0 where there is none.
void writeSlidingWindow(Conversion& c);
// Refuses queries scaled by anything but what gemma architectures imply: the head size, and for the 27B, known by its number of layers,
// the embedding's share of a head.
void refuseQueryScale(Conversion& c, const DecoderSizes& sizes, std::int64_t layersOf27B);
// Which layers have a window, by layer_types or sliding_window_pattern; written where it is not what the architecture implies: all but
// every period-th layer.
void writeWindowPattern(Conversion& c, const DecoderSizes& sizes, std::int64_t period);

enum class Norms {
    Before,       // of attention and feed-forward
    Around,       // before and after (gemma)
    After,        // (olmo2)
};

struct DecoderStyle {
    Norms norms = Norms::Before;
    float normShift = 0;          // added to the norms' weights
    bool interleave = false;      // q and k, for rotation of neighbouring pairs
    bool queryKeyNorms = false;
    bool fusedQkv = false, fusedGateUp = false;
    std::int64_t experts = 0;     // 0: dense
    std::int64_t expertSize = 0;
};
// Embedding, layers, output norm and, unless tied, output.
void takeDecoder(Conversion& c, const DecoderSizes& sizes, const DecoderStyle& style);

} // namespace corral::convert
