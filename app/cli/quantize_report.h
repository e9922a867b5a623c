#pragma once
// What `corral quantize` says of a plan and of its execution, in the words of llama-quantize.
#include "app/cli/console.h"
#include "core/quantize/plan.h"

namespace corral::cli {

// The targets as the help lists them, one a line.
std::string targetList();
// "[   3/ 291]  token_embd.weight - [   256,    332,      1,      1], type =    f16, converting to q4_K .. size = 0.16 MiB -> 0.05 MiB"
std::string tensorLine(const quantize::Source& source, const quantize::Plan& plan, std::size_t index);
// Model size, quant size with bits per weight, fallbacks.
std::string planSummary(const quantize::Plan& plan);
// {"tensors": {NAME: TYPE, …}, "bytes": N, "bpw": X}
Json planJson(const quantize::Plan& plan);

} // namespace corral::cli
