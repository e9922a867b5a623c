#pragma once
// The contract of an architecture. One file in model/arch/ defines one Architecture object of the file's name; the folder is the
// registry (cmake/CorralRoom.cmake). Facts: the architectures sheet § 4.
#include "core/graph/builder.h"
#include "core/model/config.h"
#include "core/tensor/weights.h"

#include <memory>
#include <span>
#include <string_view>

namespace corral::model {

struct WriteOptions {
    std::int64_t contextLength = 0; // of the sequence: some choose their rotary factors by it
};

// A model whose weights are found: it writes its forward pass, any number of times.
class Model {
public:
    virtual ~Model() = default;
    // Token ids of the run → logits of the wanted rows.
    virtual graph::Graph write(const WriteOptions& options) const = 0;
};

struct Loader {
    const Config& config;
    Keys& keys;                // for what only this architecture has
    tensor::Weights& weights;  // notes what is missing; the model is thrown away if anything was
};

struct Architecture {
    std::string_view name; // value of general.architecture
    std::unique_ptr<Model> (*load)(Loader& loader);
};

std::span<const Architecture* const> allArchitectures();
const Architecture* findArchitecture(std::string_view name); // nullptr: unknown

} // namespace corral::model
