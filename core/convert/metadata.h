#pragma once
// general.* keys: what a model is called, whose it is, how it likes to be sampled (facts/convert.md § 6).
#include "core/convert/conversion.h"
#include "core/convert/model_card.h"

namespace corral::convert {

struct NameParts { // of "Qwen3-0.6B-Instruct-v0.2"
    std::string basename, sizeLabel, finetune, version;
};
NameParts partsOfName(std::string_view name);

// "8.0B", "135M"; "8x7.2B" for experts: their number, and the parameters that one of them works with.
std::string sizeLabel(const std::vector<OutputTensor>& tensors, std::int64_t experts);

// name: the folder's. generation: generation_config.json.
gguf::Keys generalKeys(const std::string& architecture, const std::string& name, const std::string& sizeLabel, const ModelCard& card,
                       const Json& generation);

} // namespace corral::convert
