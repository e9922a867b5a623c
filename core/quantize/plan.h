#pragma once
// Which tensor becomes which type, and what the output will hold: decided before anything is written, so that a dry run, the window's
// table of all targets and the run itself agree. Rules: facts/quantize.md § 3–7; every type equals golden/mixes.
#include "core/quantize/imatrix.h"
#include "core/quantize/source.h"
#include "core/quantize/target.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corral::quantize {

struct PlanOptions {
    bool pure = false;
    bool leaveOutputTensor = false;
    bool allowRequantize = false;
    std::optional<std::uint32_t> outputTensorType{}, tokenEmbeddingType{}; // quant::Format ids
    std::vector<std::pair<std::string, std::uint32_t>> tensorTypes{};   // regular expression → type, first match wins
    std::vector<int> pruneLayers{};
    std::vector<std::pair<std::string, gguf::Value>> overrides{};       // --override-kv
    const Imatrix* imatrix = nullptr;
    bool keepSplit = false;                                             // one output shard for each input shard
    std::map<std::string, std::uint32_t, std::less<>> exactTypes{};     // name → type, over every rule (aiming for a size)
};

struct PlannedTensor {
    std::size_t source = 0;              // index into Source::tensors()
    std::string name;                    // in the output (renumbered after pruning)
    std::string originalName;            // for the matrix
    std::uint32_t type = 0;              // in the output
    std::uint64_t bytes = 0;             // in the output, without padding
    bool eligible = false;               // quantized at all (the others keep their type)
    bool fallback = false;               // the row length did not fit the chosen type
    bool needsImportance = false;        // a real run without importances is refused
    int shard = 0;                       // of the output
};

struct Plan {
    std::vector<PlannedTensor> tensors;  // in the order of the output
    gguf::Keys keys;                     // of the output
    std::uint64_t bytes = 0, sourceBytes = 0, elements = 0; // of tensors
    int fallbacks = 0;
    int shards = 1;
    double bitsPerWeight() const { return elements == 0 ? 0.0 : 8.0 * static_cast<double>(bytes) / static_cast<double>(elements); }
    // The first tensor that needs importances and has none, or nothing.
    std::optional<std::string> missingImportance;
};

// Works for any architecture, also one that the engine cannot run. Errors: InvalidArgument (a regular expression, a layer that is not there),
// Unsupported (a row length without fallback; requantizing without permission).
Result<Plan> makePlan(const Source& source, const Target& target, const PlanOptions& options);

// As the output's header describes it.
gguf::TensorInfo describe(const PlannedTensor& planned, const Source& source);

} // namespace corral::quantize
