#pragma once
// What training a model takes (memory sheet § 6): weights, gradients, optimizer, activations and logits, for full training, LoRA and QLoRA.
// For one device and no sharding. From a file's shape exactly where it can be; from a number of parameters alone without activations.
#include "core/memory/quantity.h"
#include "core/memory/shape.h"

#include <optional>
#include <string_view>

namespace corral::memory {

enum class TrainingMethod { Full, Lora, Qlora };
// How the trained weights, their gradients and the optimizer's states are kept.
enum class Recipe {
    AdamWMixed, // bf16 weights and gradients, f32 master weights and moments
    AdamWBf16,  // everything bf16
    AdamWF32,   // everything f32
    Adam8bit,   // mixed, moments in 8 bits
    Sgd,        // with momentum, everything f32
    Adafactor,  // bf16, second moments factored into rows and columns
};
enum class Recompute { None, Selective, Full }; // of activations in the backward pass
enum class LoraTargets { QueryValue, Attention, All }; // attn_q and attn_v; all of attention; all matrices of the layers

struct TrainingOptions {
    TrainingMethod method = TrainingMethod::Full;
    Recipe recipe = Recipe::AdamWMixed;
    Recompute recompute = Recompute::None;
    bool flashAttention = true;
    std::uint64_t sequence = 2048, batch = 1; // tokens, sequences
    std::uint64_t rank = 16;                  // of LoRA
    LoraTargets targets = LoraTargets::All;
};

// For options and labels: "adamw-mixed" …; nothing for an unknown name.
std::string_view toString(TrainingMethod method);
std::string_view toString(Recipe recipe);
std::string_view toString(Recompute recompute);
std::string_view toString(LoraTargets targets);
std::optional<TrainingMethod> parseTrainingMethod(std::string_view name);
std::optional<Recipe> parseRecipe(std::string_view name);
std::optional<Recompute> parseRecompute(std::string_view name);
std::optional<LoraTargets> parseLoraTargets(std::string_view name);

struct TrainingMemory {
    Quantity weights;     // of the model
    Quantity adapters;    // LoRA's own weights; 0 bytes in full training
    Quantity gradients;   // of what is trained
    Quantity optimizer;   // its states, master weights included
    Quantity activations; // kept for the backward pass
    Quantity logits;      // and their gradients
    std::uint64_t trainedParameters = 0;
    std::uint64_t total() const;
    std::vector<Quantity> parts() const; // in this order, those that are not 0
};
TrainingMemory trainingMemory(const ModelShape& model, const TrainingOptions& options);

// A model of which nothing is known but its number of parameters.
ModelShape shapeOfParameters(std::uint64_t parameters);

} // namespace corral::memory
