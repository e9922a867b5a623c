#pragma once
// What a tensor is, told from its name: facts/quantize.md § 3 and 4.
#include "core/quantize/source.h"

#include <optional>
#include <string_view>

namespace corral::quantize {

enum class Category { Output, TokenEmbedding, Qkv, KvB, Value, Key, Query, AttentionOutput, Up, Gate, Down, Other };

Category categoryOf(std::string_view name);
// Values, or matrices that values are part of.
bool isValueLike(Category category);

// Whether a tensor of this name and shape is quantized at all: a matrix of weights that is neither a norm nor one of the small tables
// that suffer more than they save.
bool isQuantizable(const SourceTensor& tensor);

// N of "blk.N.…".
std::optional<int> blockNumber(std::string_view name);

} // namespace corral::quantize
