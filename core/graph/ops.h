#pragma once
// The operations a graph is made of, one struct each: parameters here, inputs → outputs in the comment as the node lists them.
// Shapes are [rows][width] of f32; "rows" is the number of tokens of a run (or of the rows wanted as output).
#include "core/tensor/weights.h"

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace corral::graph {

// y = x·Wᵀ·scale + bias. bias: [out] or empty.
struct Product {
    const tensor::Weight* weight = nullptr;
    std::span<const float> bias;
    float scale = 1;
    explicit operator bool() const { return weight != nullptr; }
};

// Angles as in the architectures sheet § 2.5.
struct RopeParams {
    std::int64_t dims = 0; // r, rotated dimensions of a head; even
    bool neox = false;     // pairs (i, i + r/2) instead of (2i, 2i + 1)
    float base = 10000;    // θ
    float freqScale = 1;   // 1 / context extension factor
    float extFactor = 0;   // YaRN ramp; 0: off
    float attnFactor = 1;  // multiplies cos and sin
    float betaFast = 32, betaSlow = 1;
    std::int64_t originalContext = 0;
    std::span<const float> freqFactors; // [r / 2] or empty
};

enum class Activation : std::uint8_t { Silu, Gelu };

// () → [embedding]: the rows of the run's token ids
struct Embed { const tensor::Weight* table = nullptr; };
// x → one y for each product: all read the same input
struct Matmul { std::vector<Product> products; };
// (x, chosen) → one y [used * out] for each weight [in, out, experts]. x is [in], or [used * in] if perChoice.
struct ExpertMatmul {
    std::vector<const tensor::Weight*> weights;
    std::int64_t used = 0;
    bool perChoice = false;
};
// x → y: every group of `size` values of a row normalised by itself (size = width: the whole row). weight [size] or empty.
struct RmsNorm { std::span<const float> weight; float eps = 0; std::int64_t size = 0; };
// x → y over the whole row. bias may be empty.
struct LayerNorm { std::span<const float> weight, bias; float eps = 0; };
// (a, b) → y
struct Add {};
struct Multiply {};
// (gate, up) → act(gate) · up
struct Gated { Activation activation = Activation::Silu; };
// x → x · factor
struct Scale { float factor = 1; };
// x → cap · tanh(x / cap)
struct SoftCap { float cap = 0; };
// () → [dims]: cos and sin of the positions of the run
struct RopeTable { RopeParams params; };
// (x, table) → x, rotated in place
struct Rope { RopeParams params; std::int64_t headSize = 0; };
// (k, v) → (): into the cache of a layer at the run's positions
struct CacheWrite { int layer = 0; };
// q [heads * keySize] → [heads * valueSize], over all keys in the cache of a layer that a position may see
struct Attention {
    int layer = 0;
    std::int64_t heads = 0, kvHeads = 0, keySize = 0, valueSize = 0;
    float scale = 1, softCap = 0; // softCap 0: none
    std::int64_t window = 0;      // 0: none
    std::span<const float> sinks; // [heads] or empty
};
// x → x, softmax of each row in place
struct Softmax {};
// probabilities [experts] → (chosen [used] of i32, weights [used]). normalize: weights sum to 1 afterwards.
struct TopExperts { std::int64_t used = 0; bool normalize = false; };
// (x [used * n], weights [used]) → y [n] = Σ weights·x
struct WeightedSum { std::int64_t used = 0; };
// x of all tokens → x of those whose output is wanted: the last ones of the run
struct SelectOutputs {};

using Op = std::variant<Embed, Matmul, ExpertMatmul, RmsNorm, LayerNorm, Add, Multiply, Gated, Scale, SoftCap, RopeTable, Rope, CacheWrite, Attention,
                        Softmax, TopExperts, WeightedSum, SelectOutputs>;
// For tables of times and error messages; same order as Op.
inline constexpr const char* kOpNames[] = {"embed", "matmul", "expert matmul", "rms norm", "layer norm", "add", "multiply", "gated", "scale", "soft cap",
                                           "rope table", "rope", "cache write", "attention", "softmax", "top experts", "weighted sum", "select outputs"};
static_assert(std::size(kOpNames) == std::variant_size_v<Op>);

} // namespace corral::graph
