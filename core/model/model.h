#pragma once
// From a file to a model: the architecture by its name, keys and tensors checked, everything wrong reported at once.
#include "core/model/architecture.h"

#include <memory>

namespace corral::model {

struct LoadedWeights {
    Config config;
    std::shared_ptr<const tensor::Weights> weights; // what the model's pointers point into
    std::unique_ptr<Model> model;
};

// Unsupported names an unknown architecture. Reads no weights.
Result<LoadedWeights> loadModel(std::shared_ptr<const gguf::File> file);

} // namespace corral::model
